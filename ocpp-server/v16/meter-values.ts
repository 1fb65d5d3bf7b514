import { z } from 'zod';
import type { Millis } from '#estate/units.ts';
import { meter, type Metering } from '../both-versions/metering.ts';
import { decimal, instant, list, maybe, plausible, text } from '../messages/tolerant.ts';

/** OCPP 1.6 §7.43. */
const sampledValue = z.object({
  value: decimal,
  context: maybe(text),
  measurand: maybe(text),
  phase: maybe(text),
  location: maybe(text),
  unit: maybe(text),
});

/** A list of OCPP 1.6 MeterValue, §7.33. */
export const meterValues = list(z.object({ timestamp: maybe(instant), sampledValue: list(sampledValue) }));

/** What they say, whatever the clock of the charge point. */
export function metered(values: z.output<typeof meterValues>, receivedAt: Millis): Metering {
  return meter(
    values.map(({ timestamp, sampledValue: samples }) => ({ at: plausible(timestamp, receivedAt), samples })),
  );
}
