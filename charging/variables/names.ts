/** The same variable in both versions: a configuration key of OCPP 1.6 (§9), a place of the 2.0.1 device model. */
interface WellKnown {
  key: string | null;
  at: { component: string; variable: string; variableInstance?: string } | null;
}

const both = (key: string, component: string, what: string | [variable: string, instance: string]): WellKnown => {
  const [variable, variableInstance] = typeof what === 'string' ? [what] : what;
  return { key, at: { component, variable, ...(variableInstance === undefined ? {} : { variableInstance }) } };
};

/** What has one name here, whatever version the charger speaks (OCPP 1.6 §9; OCPP 2.0.1 part 2, appendix 3). */
const NAMES = {
  'heartbeat-interval': both('HeartbeatInterval', 'OCPPCommCtrlr', 'HeartbeatInterval'),
  'websocket-ping-interval': both('WebSocketPingInterval', 'OCPPCommCtrlr', 'WebSocketPingInterval'),
  'reset-retries': both('ResetRetries', 'OCPPCommCtrlr', 'ResetRetries'),
  'message-attempts': both('TransactionMessageAttempts', 'OCPPCommCtrlr', ['MessageAttempts', 'TransactionEvent']),
  'message-retry-interval': both('TransactionMessageRetryInterval', 'OCPPCommCtrlr', [
    'MessageAttemptInterval',
    'TransactionEvent',
  ]),
  'unlock-on-unplug': both('UnlockConnectorOnEVSideDisconnect', 'OCPPCommCtrlr', 'UnlockOnEVSideDisconnect'),
  'meter-interval': both('MeterValueSampleInterval', 'SampledDataCtrlr', 'TxUpdatedInterval'),
  'metered-values': both('MeterValuesSampledData', 'SampledDataCtrlr', 'TxUpdatedMeasurands'),
  'metered-values-at-end': both('StopTxnSampledData', 'SampledDataCtrlr', 'TxEndedMeasurands'),
  'aligned-interval': both('ClockAlignedDataInterval', 'AlignedDataCtrlr', 'Interval'),
  'aligned-values': both('MeterValuesAlignedData', 'AlignedDataCtrlr', 'Measurands'),
  'connection-timeout': both('ConnectionTimeOut', 'TxCtrlr', 'EVConnectionTimeOut'),
  'stop-on-unplug': both('StopTransactionOnEVSideDisconnect', 'TxCtrlr', 'StopTxOnEVSideDisconnect'),
  'stop-on-invalid-token': both('StopTransactionOnInvalidId', 'TxCtrlr', 'StopTxOnInvalidId'),
  'energy-on-invalid-token': both('MaxEnergyOnInvalidId', 'TxCtrlr', 'MaxEnergyOnInvalidId'),
  'authorize-remote': both('AuthorizeRemoteTxRequests', 'AuthCtrlr', 'AuthorizeRemoteStart'),
  'offline-authorisation': both('LocalAuthorizeOffline', 'AuthCtrlr', 'LocalAuthorizeOffline'),
  'offline-unknown-tokens': both('AllowOfflineTxForUnknownId', 'AuthCtrlr', 'OfflineTxForUnknownIdEnabled'),
  'local-pre-authorisation': both('LocalPreAuthorize', 'AuthCtrlr', 'LocalPreAuthorize'),
  'authorisation-cache': both('AuthorizationCacheEnabled', 'AuthCacheCtrlr', 'Enabled'),
  'local-list': both('LocalAuthListEnabled', 'LocalAuthListCtrlr', 'Enabled'),
  /** 2.0.1 says it as the maximum of the variable; its value is how many there are now. */
  'local-list-max-length': both('LocalAuthListMaxLength', 'LocalAuthListCtrlr', 'Entries'),
  'local-list-message-length': both('SendLocalListMaxLength', 'LocalAuthListCtrlr', 'ItemsPerMessage'),
  'reservable-evse-unspecified': both('ReserveConnectorZeroSupported', 'ReservationCtrlr', 'NonEvseSpecific'),
  'max-stack-level': both('ChargeProfileMaxStackLevel', 'SmartChargingCtrlr', 'ProfileStackLevel'),
  'limit-units': both('ChargingScheduleAllowedChargingRateUnit', 'SmartChargingCtrlr', 'RateUnit'),
  'max-schedule-periods': both('ChargingScheduleMaxPeriods', 'SmartChargingCtrlr', 'PeriodsPerSchedule'),
  'max-profiles': both('MaxChargingProfilesInstalled', 'SmartChargingCtrlr', ['Entries', 'ChargingProfiles']),
  'security-profile': both('SecurityProfile', 'SecurityCtrlr', 'SecurityProfile'),
  organisation: both('CpoName', 'SecurityCtrlr', 'OrganizationName'),
  'max-certificates': both('CertificateStoreMaxLength', 'SecurityCtrlr', 'CertificateEntries'),
  'max-variables-per-message': both('GetConfigurationMaxKeys', 'DeviceDataCtrlr', ['ItemsPerMessage', 'GetVariables']),
  /** In 2.0.1 the report of the whole device model says it. */
  'number-of-connectors': { key: 'NumberOfConnectors', at: null },
  'feature-profiles': { key: 'SupportedFeatureProfiles', at: null },
} as const satisfies Record<string, WellKnown>;

export type WellKnownName = keyof typeof NAMES;

export const WELL_KNOWN: Readonly<Record<WellKnownName, WellKnown>> = NAMES;

export function isWellKnown(name: string): name is WellKnownName {
  return Object.hasOwn(WELL_KNOWN, name);
}

export const WELL_KNOWN_NAMES = Object.keys(WELL_KNOWN).filter(isWellKnown);
