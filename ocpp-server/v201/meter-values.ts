import { z } from 'zod';
import type { Millis } from '#estate/units.ts';
import { meter, type Metering } from '../both-versions/metering.ts';
import { decimal, instant, integer, list, maybe, plausible, text } from '../messages/tolerant.ts';

/** OCPP 2.0.1 part 2 §2.42 SampledValueType. */
const sampledValue = z.object({
  value: decimal,
  context: maybe(text),
  measurand: maybe(text),
  phase: maybe(text),
  location: maybe(text),
  unitOfMeasure: maybe(z.object({ unit: maybe(text), multiplier: maybe(integer) })),
});

/** A list of OCPP 2.0.1 MeterValueType. */
export const meterValues = list(z.object({ timestamp: maybe(instant), sampledValue: list(sampledValue) }));

/** What they say, whatever the clock of the station. */
export function metered(values: z.output<typeof meterValues>, receivedAt: Millis): Metering {
  return meter(
    values.map(({ timestamp, sampledValue: samples }) => ({
      at: plausible(timestamp, receivedAt),
      samples: samples.map(({ unitOfMeasure, ...sample }) => ({ ...sample, ...unitOfMeasure })),
    })),
  );
}
