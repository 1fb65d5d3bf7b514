import { z } from 'zod';
import type { ConnectorState } from '#estate/fact.ts';
import { isoTime } from '#estate/units.ts';
import { inbound, type InboundAction } from '../inbound.ts';
import { instant, maybe, ordinal, plausible, text } from '../tolerant.ts';

/** OCPP 2.0.1 use case B01. Only registered stations get as far as this, so the answer is always Accepted. */
const bootNotification = inbound(
  'BootNotification',
  z.object({
    chargingStation: z.object({
      vendorName: text,
      model: text,
      serialNumber: maybe(text),
      firmwareVersion: maybe(text),
    }),
  }),
  async ({ chargingStation }, { charger, receivedAt, desk }) => {
    const boot = {
      vendor: chargingStation.vendorName,
      model: chargingStation.model,
      serial: chargingStation.serialNumber ?? null,
      firmware: chargingStation.firmwareVersion ?? null,
      protocol: 'ocpp2.0.1' as const,
    };
    await desk.charging.booted(charger, boot, receivedAt);
    return { status: 'Accepted', currentTime: isoTime(desk.ground.clock.now()), interval: desk.heartbeatIntervalS };
  },
);

/** OCPP 2.0.1 use case G02. */
const heartbeat = inbound('Heartbeat', z.object({}), async (_message, { charger, receivedAt, desk }) => {
  await desk.charging.reachable(charger, true, receivedAt);
  return { currentTime: isoTime(desk.ground.clock.now()) };
});

const STATES: Record<string, ConnectorState> = {
  Available: 'available',
  Occupied: 'occupied',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'faulted',
};

/** OCPP 2.0.1 use case G01. A status that 2.0.1 does not know is kept in its own word. */
const statusNotification = inbound(
  'StatusNotification',
  z.object({ evseId: ordinal, connectorId: maybe(ordinal), connectorStatus: text, timestamp: maybe(instant) }),
  async (message, { charger, receivedAt, desk }) => {
    const state = STATES[message.connectorStatus];
    await desk.charging.connectorChanged(charger, {
      evse: message.evseId,
      connector: message.connectorId ?? 1,
      state: state ?? 'unavailable',
      error: state ? null : message.connectorStatus,
      at: plausible(message.timestamp, receivedAt),
    });
    return {};
  },
);

export const provisioning: readonly InboundAction[] = [bootNotification, heartbeat, statusNotification];
