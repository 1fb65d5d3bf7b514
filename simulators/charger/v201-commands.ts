import { z } from 'zod';
import type { Answer } from './calls.ts';
import { changeAvailability, outletForStart, startRemotely, stopRemotely } from './commands.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { customerHandlers } from './customer-information.ts';
import { displayHandlers } from './display.ts';
import { firmwareHandlers } from './firmware.ts';
import { logHandlers } from './logs.ts';
import { monitoringHandlers } from './monitoring.ts';
import { chargingProfile } from './profile-payload.ts';
import { askForCertificate, security } from './security.ts';
import { smartCharging } from './smart-charging.ts';
import { authorization } from './authorization.ts';
import { cost } from './cost.ts';
import { localList } from './local-list.ts';
import { reservation } from './reservation-commands.ts';
import { groupOf } from './tokens.ts';
import { variables } from './variables.ts';
import { workNow } from './work.ts';

const when = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormatViolation', act);

const TRIGGERS = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  TransactionEvent: 'meter',
} as const;

const evse = z.object({ id: z.int(), connectorId: z.int().optional() });
/** The calls that a simulated 2.0.1 station answers; any other is NotImplemented. */
export const v201Handlers: Record<string, Handler> = {
  ...variables.v201,
  ...firmwareHandlers.v201,
  ...logHandlers.v201,
  ...monitoringHandlers,
  ...displayHandlers,
  ...customerHandlers,
  ...security.v201,
  ...authorization.v201,
  ...cost.v201,
  ...localList.v201,
  ...reservation.v201,
  ...smartCharging.v201,
  RequestStartTransaction: when(
    z.object({
      idToken: z.object({ idToken: z.string() }),
      remoteStartId: z.int(),
      evseId: z.int().optional(),
      groupIdToken: z.object({ idToken: z.string() }).optional(),
      chargingProfile: chargingProfile.optional(),
    }),
    ({ idToken: { idToken: token }, remoteStartId, evseId, groupIdToken, chargingProfile: profile }, controls) => {
      const driver = { token, group: groupIdToken?.idToken ?? groupOf(controls.tokens, token) };
      const outlet = outletForStart(controls.charger, { evse: evseId, driver }, controls.now());
      if (!outlet) return statusOnly('Rejected');
      return statusOnly('Accepted', () => startRemotely(controls, { ...driver, outlet, remoteStartId, profile }));
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
  TriggerMessage: when(z.object({ requestedMessage: z.string(), evse: evse.optional() }), (asked, controls) => {
    const { requestedMessage } = asked;
    if (requestedMessage === 'SignChargingStationCertificate') {
      const type = { certificateType: 'ChargingStationCertificate' };
      return statusOnly('Accepted', () => askForCertificate(controls, type));
    }
    const work = workNow(controls, requestedMessage);
    if (work) return statusOnly('Accepted', () => void controls.send(work));
    if (!isTrigger(requestedMessage)) return statusOnly('NotImplemented');
    if ((asked.evse?.id ?? 0) > controls.charger.plan.evses) return statusOnly('Rejected');
    return statusOnly('Accepted', () => controls.say(TRIGGERS[requestedMessage], asked.evse?.id ?? null));
  }),
  DataTransfer: when(z.object({ vendorId: z.string() }), () => statusOnly('UnknownVendorId')),
};

function isTrigger(name: string): name is keyof typeof TRIGGERS {
  return Object.hasOwn(TRIGGERS, name);
}
