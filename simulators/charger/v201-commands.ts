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
import { type ChargerSettings, type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { chargingProfile, purposeName } from './profile-payload.ts';

const when = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormatViolation', act);

const SETTINGS = new Map<string, Map<string, keyof ChargerSettings>>([
  ['OCPPCommCtrlr', new Map([['HeartbeatInterval', 'heartbeatS']])],
  ['SampledDataCtrlr', new Map([['TxUpdatedInterval', 'meterIntervalS']])],
]);

const TRIGGERS = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  TransactionEvent: 'meter',
} as const;

const evse = z.object({ id: z.int(), connectorId: z.int().optional() });
const variable = z.object({
  component: z.looseObject({ name: z.string() }),
  variable: z.looseObject({ name: z.string() }),
});

/** The calls that a simulated 2.0.1 station answers; any other is NotImplemented. */
export const v201Handlers: Record<string, Handler> = {
  RequestStartTransaction: when(
    z.object({
      idToken: z.object({ idToken: z.string() }),
      remoteStartId: z.int(),
      evseId: z.int().optional(),
      chargingProfile: chargingProfile.optional(),
    }),
    ({ idToken, remoteStartId, evseId, chargingProfile: profile }, controls) => {
      const outlet = outletForStart(controls.charger, evseId, controls.now());
      if (!outlet) return statusOnly('Rejected');
      return statusOnly('Accepted', () =>
        startRemotely(controls, { outlet, token: idToken.idToken, remoteStartId, profile }),
      );
    },
  ),
  RequestStopTransaction: when(z.object({ transactionId: z.string() }), ({ transactionId }, controls) => {
    const stop = stopRemotely(controls, transactionId);
    return stop ? statusOnly('Accepted', stop) : statusOnly('Rejected');
  }),
  GetTransactionStatus: when(z.object({ transactionId: z.string().optional() }), ({ transactionId }, controls) => {
    const messagesInQueue = controls.hasQueued(transactionId ?? null);
    if (transactionId === undefined) return { payload: { messagesInQueue } };
    const ongoingIndicator = controls.charger.outlets.some((each) => each.session?.transaction === transactionId);
    return { payload: { ongoingIndicator, messagesInQueue } };
  }),
  Reset: when(
    z.object({ type: z.enum(['Immediate', 'OnIdle']), evseId: z.int().optional() }),
    ({ type, evseId }, controls) => {
      if (evseId !== undefined) return statusOnly('Rejected');
      if (type === 'Immediate') return statusOnly('Accepted', () => controls.reboot('HardReset'));
      const busy = controls.charger.outlets.some((each) => each.session);
      return statusOnly(busy ? 'Scheduled' : 'Accepted', () => controls.rebootWhenIdle());
    },
  ),
  UnlockConnector: when(z.object({ evseId: z.int(), connectorId: z.int() }), ({ evseId, connectorId }, { charger }) => {
    const outlet = charger.outlets.find((each) => each.evse === evseId);
    if (!outlet || connectorId !== 1) return statusOnly('UnknownConnector');
    return statusOnly(outlet.session ? 'OngoingAuthorizedTransaction' : 'Unlocked');
  }),
  ChangeAvailability: when(
    z.object({ operationalStatus: z.enum(['Operative', 'Inoperative']), evse: evse.optional() }),
    ({ operationalStatus, evse: which }, controls) =>
      statusOnly(changeAvailability(controls, which?.id ?? 0, operationalStatus === 'Operative') ?? 'Rejected'),
  ),
  GetVariables: when(z.object({ getVariableData: z.array(variable).min(1) }), (asked, { settings }) => ({
    payload: {
      getVariableResult: asked.getVariableData.map((each) => {
        const { found, status } = settingOf(each);
        return { ...pick(each), attributeStatus: status, ...(found && { attributeValue: String(settings[found]) }) };
      }),
    },
  })),
  SetVariables: when(
    z.object({ setVariableData: z.array(variable.extend({ attributeValue: z.string() })).min(1) }),
    (asked, { settings }) => ({
      payload: {
        setVariableResult: asked.setVariableData.map((each) => {
          const { found, status } = settingOf(each);
          const attributeStatus = !found
            ? status
            : setSeconds(settings, found, each.attributeValue)
              ? 'Accepted'
              : 'Rejected';
          return { ...pick(each), attributeStatus };
        }),
      },
    }),
  ),
  TriggerMessage: when(z.object({ requestedMessage: z.string(), evse: evse.optional() }), (asked, controls) => {
    const { requestedMessage } = asked;
    if (!isTrigger(requestedMessage)) return statusOnly('NotImplemented');
    if ((asked.evse?.id ?? 0) > controls.charger.plan.evses) return statusOnly('Rejected');
    return statusOnly('Accepted', () => controls.say(TRIGGERS[requestedMessage], asked.evse?.id ?? null));
  }),
  SetChargingProfile: when(
    z.object({ evseId: z.int(), chargingProfile }),
    ({ evseId, chargingProfile: profile }, controls) =>
      statusOnly(setProfile(controls, { ...profile, evse: evseId }) ? 'Accepted' : 'Rejected'),
  ),
  ClearChargingProfile: when(
    z.object({
      chargingProfileId: z.int().optional(),
      chargingProfileCriteria: z
        .object({
          evseId: z.int().optional(),
          chargingProfilePurpose: purposeName.optional(),
          stackLevel: z.int().optional(),
        })
        .optional(),
    }),
    ({ chargingProfileId: id, chargingProfileCriteria: which }, controls) => {
      const { evseId, chargingProfilePurpose: purpose, stackLevel } = which ?? {};
      return statusOnly(clearProfiles(controls, { id, evse: evseId, purpose, stackLevel }) ? 'Accepted' : 'Unknown');
    },
  ),
  ClearCache: when(z.object({}), () => statusOnly('Accepted')),
  DataTransfer: when(z.object({ vendorId: z.string() }), () => statusOnly('UnknownVendorId')),
};

type Variable = z.infer<typeof variable>;

function settingOf(of: Variable): { found: keyof ChargerSettings | undefined; status: string } {
  const component = SETTINGS.get(of.component.name);
  const found = component?.get(of.variable.name);
  return { found, status: found ? 'Accepted' : component ? 'UnknownVariable' : 'UnknownComponent' };
}

function pick({ component, variable: named }: Variable) {
  return { component, variable: named };
}

function isTrigger(name: string): name is keyof typeof TRIGGERS {
  return Object.hasOwn(TRIGGERS, name);
}
