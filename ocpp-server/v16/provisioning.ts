import { z } from 'zod';
import type { ConnectorState } from '#estate/fact.ts';
import { PolisError } from '#estate/errors.ts';
import { answerBoot } from '../both-versions/boot.ts';
import { heartbeat } from '../both-versions/heartbeat.ts';
import type { Block } from '../messages/block.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, maybe, meaningOf, ordinal, plausible, text } from '../messages/tolerant.ts';

/** OCPP 1.6 §4.2. */
const bootNotification = inbound(
  'BootNotification',
  z.object({
    chargePointVendor: text,
    chargePointModel: text,
    chargePointSerialNumber: maybe(text),
    chargeBoxSerialNumber: maybe(text),
    firmwareVersion: maybe(text),
  }),
  (message, arrival) => {
    const boot = {
      vendor: message.chargePointVendor,
      model: message.chargePointModel,
      serial: message.chargePointSerialNumber ?? message.chargeBoxSerialNumber ?? null,
      firmware: message.firmwareVersion ?? null,
      protocol: 'ocpp1.6' as const,
    };
    return answerBoot(boot, arrival);
  },
);

const STATES: Record<string, ConnectorState> = {
  Available: 'available',
  Preparing: 'occupied',
  Charging: 'charging',
  SuspendedEV: 'suspended',
  SuspendedEVSE: 'suspended',
  Finishing: 'occupied',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted',
};

/** OCPP 1.6 §4.9. Connector 0 is the charge point itself. A status that 1.6 does not know is kept in its own word. */
const statusNotification = inbound(
  'StatusNotification',
  z.object({
    connectorId: ordinal,
    status: text,
    errorCode: maybe(text),
    info: maybe(text),
    vendorErrorCode: maybe(text),
    timestamp: maybe(instant),
  }),
  async (message, { charger, receivedAt, desk }) => {
    const state = meaningOf(STATES, message.status);
    const error = message.errorCode === 'NoError' ? undefined : message.errorCode;
    const words = [state ? undefined : message.status, error, message.vendorErrorCode, message.info].filter(Boolean);
    await desk.charging.connectorChanged(charger, {
      evse: message.connectorId,
      connector: Math.min(message.connectorId, 1),
      state: state ?? 'unavailable',
      // Without an error, vendors fill the other two with "0" and "OK".
      error: error === undefined && state !== undefined ? null : words.join(' · '),
      at: plausible(message.timestamp, receivedAt),
    });
    return {};
  },
);

export const provisioning: Block = {
  inbound: [bootNotification, heartbeat, statusNotification],
  outbound: [outbound('Reset')],
  phrases: {
    reset({ type, evse }) {
      if (evse === undefined) return { action: 'Reset', payload: { type: type === 'hard' ? 'Hard' : 'Soft' } };
      throw new PolisError('invalid', 'An OCPP 1.6 charger is reset as a whole; leave out the EVSE.');
    },
  },
};
