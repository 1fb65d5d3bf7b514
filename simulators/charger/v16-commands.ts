import { z } from 'zod';
import type { Answer } from './calls.ts';
import { changeAvailability, outletForStart, startRemotely, stopRemotely } from './commands.ts';
import { stopSession } from './charger.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { firmwareHandlers } from './firmware.ts';
import { logHandlers } from './logs.ts';
import { chargingProfile } from './profile-payload.ts';
import { authorization } from './authorization.ts';
import { localList } from './local-list.ts';
import { reservation } from './reservation-commands.ts';
import { groupOf } from './tokens.ts';
import { security } from './security.ts';
import { smartCharging } from './smart-charging.ts';
import { variables } from './variables.ts';
import { workNow } from './work.ts';

const when = <T>(schema: z.ZodType<T>, act: (input: T, controls: Controls) => Answer): Handler =>
  handler(schema, 'FormationViolation', act);

const TRIGGERS = {
  BootNotification: 'boot',
  Heartbeat: 'heartbeat',
  StatusNotification: 'status',
  MeterValues: 'meter',
} as const;

/** The calls that a simulated 1.6 charger answers; any other is NotImplemented. */
export const v16Handlers: Record<string, Handler> = {
  ...variables.v16,
  ...firmwareHandlers.v16,
  ...logHandlers.v16,
  ...security.v16,
  ...authorization.v16,
  ...localList.v16,
  ...reservation.v16,
  ...smartCharging.v16,
  RemoteStartTransaction: when(
    z.object({ connectorId: z.int().optional(), idTag: z.string(), chargingProfile: chargingProfile.optional() }),
    ({ connectorId, idTag: token, chargingProfile: profile }, controls) => {
      const driver = { token, group: groupOf(controls.tokens, token) };
      const outlet = outletForStart(controls.charger, { evse: connectorId, driver }, controls.now());
      if (!outlet) return statusOnly('Rejected');
      return statusOnly('Accepted', () => startRemotely(controls, { ...driver, outlet, remoteStartId: 0, profile }));
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
  TriggerMessage: when(
    z.object({ requestedMessage: z.string(), connectorId: z.int().optional() }),
    ({ requestedMessage, connectorId = 0 }, controls) => {
      const work = workNow(controls, requestedMessage);
      if (work) return statusOnly('Accepted', () => void controls.send(work));
      if (!isTrigger(requestedMessage)) return statusOnly('NotImplemented');
      if (connectorId > controls.charger.plan.evses) return statusOnly('Rejected');
      return statusOnly('Accepted', () => controls.say(TRIGGERS[requestedMessage], connectorId || null));
    },
  ),
  DataTransfer: when(z.object({ vendorId: z.string() }), () => statusOnly('UnknownVendorId')),
};

function isTrigger(name: string): name is keyof typeof TRIGGERS {
  return Object.hasOwn(TRIGGERS, name);
}
