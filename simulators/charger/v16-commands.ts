import { z } from 'zod';
import type { Answer } from './calls.ts';
import {
  changeAvailability,
  clearProfiles,
  outletForStart,
  setProfile,
  setSeconds,
  startRemotely,
  stopRemotely,
} from './commands.ts';
import { stopSession } from './charger.ts';
import { type ChargerSettings, type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { chargingProfile, purposeName } from './profile-payload.ts';
import { HIGHEST_STACK_LEVEL } from './profiles.ts';

const when = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormationViolation', act);

const SETTINGS = new Map<string, keyof ChargerSettings>([
  ['HeartbeatInterval', 'heartbeatS'],
  ['MeterValueSampleInterval', 'meterIntervalS'],
]);

const FIXED = new Map<string, (controls: Controls) => string>([
  ['NumberOfConnectors', ({ charger }) => String(charger.plan.evses)],
  ['AuthorizeRemoteTxRequests', () => 'false'],
  ['ChargeProfileMaxStackLevel', () => String(HIGHEST_STACK_LEVEL)],
  ['ChargingScheduleAllowedChargingRateUnit', () => 'Current,Power'],
  ['SupportedFeatureProfiles', () => 'Core,SmartCharging,RemoteTrigger'],
]);

const TRIGGERS = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  MeterValues: 'meter',
} as const;

/** The calls that a simulated 1.6 charger answers; any other is NotImplemented. */
export const v16Handlers: Record<string, Handler> = {
  RemoteStartTransaction: when(
    z.object({ connectorId: z.int().optional(), idTag: z.string(), chargingProfile: chargingProfile.optional() }),
    ({ connectorId, idTag: token, chargingProfile: profile }, controls) => {
      const outlet = outletForStart(controls.charger, connectorId, controls.now());
      if (!outlet) return statusOnly('Rejected');
      return statusOnly('Accepted', () => startRemotely(controls, { outlet, token, remoteStartId: 0, profile }));
    },
  ),
  RemoteStopTransaction: when(z.object({ transactionId: z.int() }), ({ transactionId }, controls) => {
    const stop = stopRemotely(controls, String(transactionId));
    return stop ? statusOnly('Accepted', stop) : statusOnly('Rejected');
  }),
  Reset: when(z.object({ type: z.enum(['Soft', 'Hard']) }), ({ type }, controls) =>
    statusOnly('Accepted', () => controls.reboot(type === 'Soft' ? 'SoftReset' : 'HardReset')),
  ),
  UnlockConnector: when(z.object({ connectorId: z.int() }), ({ connectorId: evse }, controls) => {
    if (!controls.charger.outlets.some((each) => each.evse === evse)) return statusOnly('NotSupported');
    return statusOnly('Unlocked', () =>
      stopSession(controls.charger, { evse, reason: 'UnlockCommand' }, controls.now()),
    );
  }),
  ChangeAvailability: when(
    z.object({ connectorId: z.int(), type: z.enum(['Operative', 'Inoperative']) }),
    ({ connectorId, type }, controls) =>
      statusOnly(changeAvailability(controls, connectorId, type === 'Operative') ?? 'Rejected'),
  ),
  GetConfiguration: when(z.object({ key: z.array(z.string()).optional() }), ({ key }, controls) =>
    getConfiguration(key, controls),
  ),
  ChangeConfiguration: when(z.object({ key: z.string(), value: z.string() }), ({ key, value }, { settings }) => {
    const setting = SETTINGS.get(key);
    if (setting === undefined) return statusOnly(FIXED.has(key) ? 'Rejected' : 'NotSupported');
    return statusOnly(setSeconds(settings, setting, value) ? 'Accepted' : 'Rejected');
  }),
  TriggerMessage: when(
    z.object({ requestedMessage: z.string(), connectorId: z.int().optional() }),
    ({ requestedMessage, connectorId = 0 }, controls) => {
      if (!isTrigger(requestedMessage)) return statusOnly('NotImplemented');
      if (connectorId > controls.charger.plan.evses) return statusOnly('Rejected');
      return statusOnly('Accepted', () => controls.say(TRIGGERS[requestedMessage], connectorId || null));
    },
  ),
  SetChargingProfile: when(
    z.object({ connectorId: z.int(), csChargingProfiles: chargingProfile }),
    ({ connectorId: evse, csChargingProfiles }, controls) =>
      statusOnly(setProfile(controls, { ...csChargingProfiles, evse }) ? 'Accepted' : 'Rejected'),
  ),
  ClearChargingProfile: when(
    z.object({
      id: z.int().optional(),
      connectorId: z.int().optional(),
      chargingProfilePurpose: purposeName.optional(),
      stackLevel: z.int().optional(),
    }),
    ({ id, connectorId: evse, chargingProfilePurpose: purpose, stackLevel }, controls) =>
      statusOnly(clearProfiles(controls, { id, evse, purpose, stackLevel }) ? 'Accepted' : 'Unknown'),
  ),
  ClearCache: when(z.object({}), () => statusOnly('Accepted')),
  DataTransfer: when(z.object({ vendorId: z.string() }), () => statusOnly('UnknownVendorId')),
};

function isTrigger(name: string): name is keyof typeof TRIGGERS {
  return Object.hasOwn(TRIGGERS, name);
}

function getConfiguration(asked: string[] | undefined, controls: Controls): Answer {
  const known = new Map<string, { value: string; readonly: boolean }>();
  for (const [key, setting] of SETTINGS) {
    known.set(key, { value: String(controls.settings[setting]), readonly: false });
  }
  for (const [key, read] of FIXED) known.set(key, { value: read(controls), readonly: true });
  const keys = asked?.length ? asked : [...known.keys()];
  return {
    payload: {
      configurationKey: keys.flatMap((key) => {
        const found = known.get(key);
        return found ? [{ key, ...found }] : [];
      }),
      unknownKey: keys.filter((key) => !known.has(key)),
    },
  };
}
