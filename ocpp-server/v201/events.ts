import { z } from 'zod';
import type { ChargerEvent } from '#charging/index.ts';
import { inbound } from '../messages/inbound.ts';
import { instant, integer, list, maybe, meaningOf, plausible, text } from '../messages/tolerant.ts';
import { componentVariable, placed } from './component-variable.ts';

const TRIGGERS: Record<string, ChargerEvent['trigger']> = {
  Alerting: 'alerting',
  Delta: 'delta',
  Periodic: 'periodic',
};

/** OCPP 2.0.1 part 2 §2.21 EventDataType. */
const eventData = z.object({
  eventId: integer,
  timestamp: maybe(text),
  trigger: maybe(text),
  cause: maybe(integer),
  actualValue: maybe(text),
  techCode: maybe(text),
  techInfo: maybe(text),
  cleared: maybe(z.boolean()),
  transactionId: maybe(text),
  variableMonitoringId: maybe(integer),
  ...componentVariable,
});

/** Each event stands for itself, so that parts need not be joined (use cases N07, N08). */
export const notifyEvent = inbound(
  'NotifyEvent',
  z.object({ eventData: list(eventData) }),
  async (message, { charger, receivedAt, desk }) => {
    const events = message.eventData.map((data) => ({
      ...placed(data),
      said: saidOf(data),
      eventId: data.eventId,
      at: plausible(instant.safeParse(data.timestamp).data, receivedAt),
      // What it is not said to be, a person should see.
      trigger: meaningOf(TRIGGERS, data.trigger) ?? ('alerting' as const),
      cause: data.cause ?? null,
      value: data.actualValue ?? '',
      techCode: data.techCode ?? null,
      techInfo: data.techInfo ?? null,
      cleared: data.cleared ?? false,
      transaction: data.transactionId ?? null,
      monitor: data.variableMonitoringId ?? null,
    }));
    await desk.charging.monitoring.happened(charger, events, receivedAt);
    return {};
  },
);

/** Numbers begin anew with some boots, and clocks are wrong; the same event sent again says all of this again. */
function saidOf(data: z.output<typeof eventData>): string {
  const { eventId, timestamp, cleared, actualValue } = data;
  return JSON.stringify([eventId, timestamp, cleared ?? false, actualValue, ...Object.values(placed(data))]);
}
