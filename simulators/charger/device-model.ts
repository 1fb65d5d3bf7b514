import { powerAt } from './charger.ts';
import type { ChargerSettings, Controls } from './dialect.ts';
import { HIGHEST_STACK_LEVEL } from './profiles.ts';

/** One thing that a charger is set to or says of itself: a place in the 2.0.1 device model, a key of 1.6, or both. */
export interface Trait {
  /** 2.0.1: component and variable, with the variable's instance. */
  at?: [component: string, variable: string, instance?: string];
  /** Each EVSE, or each connector, has its own. */
  per?: 'evse' | 'connector';
  /** 1.6. */
  key?: string;
  value: string | ((controls: Controls, evse: number) => string);
  type: 'integer' | 'decimal' | 'boolean' | 'string' | 'OptionList' | 'MemberList' | 'SequenceList';
  /** Absent: it can only be read. */
  isSet?: 'at once' | 'at the next boot';
  /** Where its value has an effect. */
  setting?: keyof ChargerSettings;
  unit?: string;
  min?: number;
  max?: number;
  values?: string;
}

export const MOST_VARIABLES = 10;
const MEASURANDS = 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC';

const seconds = (max: number) => ({ type: 'integer', unit: 's', min: 1, max, isSet: 'at once' }) as const;
const flag = { type: 'boolean', isSet: 'at once' } as const;
const count = { type: 'integer' } as const;
const measurands = { type: 'MemberList', values: MEASURANDS, isSet: 'at once' } as const;

/** OCPP 1.6 §9; OCPP 2.0.1 part 2, appendix 3. */
export const TRAITS: readonly Trait[] = [
  // What the charger is
  { at: ['ChargingStation', 'VendorName'], value: ({ charger }) => charger.plan.vendor, type: 'string' },
  { at: ['ChargingStation', 'Model'], value: ({ charger }) => charger.plan.model, type: 'string' },
  { at: ['ChargingStation', 'SerialNumber'], value: ({ charger }) => charger.plan.serial, type: 'string' },
  { at: ['ChargingStation', 'FirmwareVersion'], value: ({ charger }) => charger.plan.firmware, type: 'string' },
  { at: ['ChargingStation', 'AvailabilityState'], value: 'Available', type: 'OptionList' },
  { at: ['ChargingStation', 'Available'], value: 'true', type: 'boolean' },
  {
    at: ['ChargingStation', 'Problem'],
    value: ({ charger }) => String(charger.outlets.some(isFaulted)),
    type: 'boolean',
  },
  { at: ['ChargingStation', 'SupplyPhases'], value: ({ charger }) => String(charger.plan.phases), ...count },
  { key: 'NumberOfConnectors', value: ({ charger }) => String(charger.plan.evses), ...count },
  {
    key: 'SupportedFeatureProfiles',
    value: 'Core,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger',
    type: 'MemberList',
  },
  { at: ['EVSE', 'AvailabilityState'], per: 'evse', value: availability, type: 'OptionList' },
  { at: ['EVSE', 'Available'], per: 'evse', value: 'true', type: 'boolean' },
  {
    at: ['EVSE', 'Problem'],
    per: 'evse',
    value: (controls, evse) => String(isFaulted(outletOf(controls, evse))),
    type: 'boolean',
  },
  {
    at: ['EVSE', 'Power'],
    per: 'evse',
    value: (controls, evse) => powerOf(controls, evse).toFixed(0),
    type: 'decimal',
    unit: 'W',
  },
  { at: ['EVSE', 'SupplyPhases'], per: 'evse', value: ({ charger }) => String(charger.plan.phases), ...count },
  { at: ['Connector', 'Available'], per: 'connector', value: 'true', type: 'boolean' },
  {
    at: ['Connector', 'ConnectorType'],
    per: 'connector',
    value: ({ charger }) => (charger.plan.dc ? 'cCCS2' : 'sType2'),
    type: 'string',
  },
  // How it speaks
  {
    at: ['OCPPCommCtrlr', 'HeartbeatInterval'],
    key: 'HeartbeatInterval',
    value: '',
    setting: 'heartbeatS',
    ...seconds(86_400),
  },
  {
    at: ['OCPPCommCtrlr', 'WebSocketPingInterval'],
    key: 'WebSocketPingInterval',
    value: '60',
    ...seconds(3_600),
    isSet: 'at the next boot',
  },
  {
    at: ['OCPPCommCtrlr', 'NetworkConfigurationPriority'],
    value: '0',
    type: 'SequenceList',
    isSet: 'at the next boot',
  },
  { at: ['OCPPCommCtrlr', 'ResetRetries'], key: 'ResetRetries', value: '1', ...count, isSet: 'at once', max: 5 },
  {
    at: ['OCPPCommCtrlr', 'MessageAttempts', 'TransactionEvent'],
    key: 'TransactionMessageAttempts',
    value: '3',
    ...count,
  },
  {
    at: ['OCPPCommCtrlr', 'MessageAttemptInterval', 'TransactionEvent'],
    key: 'TransactionMessageRetryInterval',
    value: '10',
    type: 'integer',
    unit: 's',
  },
  {
    at: ['DeviceDataCtrlr', 'ItemsPerMessage', 'GetVariables'],
    key: 'GetConfigurationMaxKeys',
    value: String(MOST_VARIABLES),
    ...count,
  },
  { at: ['DeviceDataCtrlr', 'ItemsPerMessage', 'SetVariables'], value: String(MOST_VARIABLES), ...count },
  { at: ['DeviceDataCtrlr', 'ItemsPerMessage', 'GetReport'], value: String(MOST_VARIABLES), ...count },
  { at: ['SecurityCtrlr', 'SecurityProfile'], key: 'SecurityProfile', value: '1', ...count },
  { at: ['SecurityCtrlr', 'OrganizationName'], key: 'CpoName', value: 'polisgrid', type: 'string', isSet: 'at once' },
  { at: ['SecurityCtrlr', 'CertificateEntries'], key: 'CertificateStoreMaxLength', value: '10', ...count },
  // How it meters
  {
    at: ['SampledDataCtrlr', 'TxUpdatedInterval'],
    key: 'MeterValueSampleInterval',
    value: '',
    setting: 'meterIntervalS',
    ...seconds(86_400),
  },
  { at: ['SampledDataCtrlr', 'TxUpdatedMeasurands'], key: 'MeterValuesSampledData', value: MEASURANDS, ...measurands },
  { at: ['SampledDataCtrlr', 'TxEndedMeasurands'], key: 'StopTxnSampledData', value: MEASURANDS, ...measurands },
  { at: ['AlignedDataCtrlr', 'Interval'], key: 'ClockAlignedDataInterval', value: '900', ...seconds(86_400), min: 0 },
  // Whom it serves
  { at: ['AuthCtrlr', 'AuthorizeRemoteStart'], key: 'AuthorizeRemoteTxRequests', value: 'false', type: 'boolean' },
  { at: ['AuthCtrlr', 'LocalAuthorizeOffline'], key: 'LocalAuthorizeOffline', value: 'true', ...flag },
  { at: ['AuthCtrlr', 'LocalPreAuthorize'], key: 'LocalPreAuthorize', value: 'false', ...flag },
  { at: ['AuthCtrlr', 'OfflineTxForUnknownIdEnabled'], key: 'AllowOfflineTxForUnknownId', value: 'true', ...flag },
  { at: ['AuthCacheCtrlr', 'Enabled'], key: 'AuthorizationCacheEnabled', value: 'true', ...flag },
  { at: ['AuthCtrlr', 'MasterPassGroupId'], value: 'MasterPass', type: 'string', isSet: 'at once' },
  { at: ['LocalAuthListCtrlr', 'Enabled'], key: 'LocalAuthListEnabled', value: 'true', ...flag },
  {
    at: ['LocalAuthListCtrlr', 'Entries'],
    value: ({ tokens }) => String(Object.keys(tokens.list).length),
    ...count,
    max: 1_000,
  },
  { key: 'LocalAuthListMaxLength', value: '1000', ...count },
  { at: ['LocalAuthListCtrlr', 'ItemsPerMessage'], key: 'SendLocalListMaxLength', value: '100', ...count },
  { at: ['ReservationCtrlr', 'Enabled'], value: 'true', ...flag },
  { at: ['ReservationCtrlr', 'NonEvseSpecific'], key: 'ReserveConnectorZeroSupported', value: 'true', type: 'boolean' },
  // How it charges
  { at: ['TxCtrlr', 'EVConnectionTimeOut'], key: 'ConnectionTimeOut', value: '120', ...seconds(3_600) },
  {
    at: ['TxCtrlr', 'StopTxOnEVSideDisconnect'],
    key: 'StopTransactionOnEVSideDisconnect',
    value: 'true',
    type: 'boolean',
  },
  { at: ['TxCtrlr', 'StopTxOnInvalidId'], key: 'StopTransactionOnInvalidId', value: 'true', type: 'boolean' },
  { at: ['TxCtrlr', 'TxStartPoint'], value: 'PowerPathClosed', type: 'MemberList' },
  { at: ['TxCtrlr', 'TxStopPoint'], value: 'EVConnected,Authorized', type: 'MemberList' },
  { at: ['SmartChargingCtrlr', 'Enabled'], value: 'true', ...flag },
  {
    at: ['SmartChargingCtrlr', 'ProfileStackLevel'],
    key: 'ChargeProfileMaxStackLevel',
    value: String(HIGHEST_STACK_LEVEL),
    ...count,
  },
  { at: ['SmartChargingCtrlr', 'RateUnit'], value: 'A,W', type: 'MemberList', values: 'A,W' },
  { key: 'ChargingScheduleAllowedChargingRateUnit', value: 'Current,Power', type: 'MemberList' },
  { at: ['SmartChargingCtrlr', 'PeriodsPerSchedule'], key: 'ChargingScheduleMaxPeriods', value: '24', ...count },
  {
    at: ['SmartChargingCtrlr', 'Entries', 'ChargingProfiles'],
    key: 'MaxChargingProfilesInstalled',
    value: ({ charger }) => String(charger.profiles.length),
    ...count,
    max: 20,
  },
];

function outletOf({ charger }: Controls, evse: number) {
  return charger.outlets.find((each) => each.evse === evse);
}

function isFaulted(outlet: { fault: string | null } | undefined): boolean {
  return typeof outlet?.fault === 'string';
}

function powerOf(controls: Controls, evse: number): number {
  const outlet = outletOf(controls, evse);
  return outlet ? powerAt(controls.charger, outlet, controls.now()) : 0;
}

function availability(controls: Controls, evse: number): string {
  const outlet = outletOf(controls, evse);
  if (!outlet || isFaulted(outlet)) return 'Faulted';
  if (!outlet.operative) return 'Unavailable';
  return outlet.car ? 'Occupied' : 'Available';
}

/** Under which a value that was set is remembered. */
function memoryOf({ key, at }: Trait): string {
  return key ?? (at ?? []).join('.');
}

/** The value of a trait; of each EVSE where each has its own. */
export function valueOf(trait: Trait, controls: Controls, evse = 0): string {
  if (trait.setting) return String(controls.settings[trait.setting]);
  const written = controls.variables.get(memoryOf(trait));
  if (written !== undefined) return written;
  return typeof trait.value === 'string' ? trait.value : trait.value(controls, evse);
}

/** Sets a trait, if it can be set and the value is one that it may have. */
export function setValue(trait: Trait, text: string, controls: Controls): 'Accepted' | 'RebootRequired' | 'Rejected' {
  if (!trait.isSet || !isFitting(trait, text)) return 'Rejected';
  if (trait.setting) controls.settings[trait.setting] = Number(text);
  else controls.variables.set(memoryOf(trait), text);
  return trait.isSet === 'at once' ? 'Accepted' : 'RebootRequired';
}

function isFitting({ type, min = 0, max = Infinity, values }: Trait, text: string): boolean {
  if (type === 'boolean') return text === 'true' || text === 'false';
  if (type === 'integer') return /^-?\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max;
  if (values !== undefined) return text.split(',').every((word) => values.split(',').includes(word.trim()));
  return text.length <= 500;
}
