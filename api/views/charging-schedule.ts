import { z } from 'zod';
import type { ChargingSchedule } from '#charging/index.ts';
import { isoTime, SECOND, type Millis } from '#estate/units.ts';
import { timeView } from '../fields.ts';

/** A limit over time, in absolute times. */
export const scheduleView = z.object({
  unit: z.enum(['A', 'W']).meta({ description: 'A: per phase; W: over all phases' }),
  periods: z.array(
    z.object({ from: timeView, to: timeView.nullable(), limit: z.number(), phases: z.int().nullable() }),
  ),
});

export function viewSchedule(
  { durationS, unit, periods }: ChargingSchedule,
  startsAt: Millis,
): z.infer<typeof scheduleView> {
  const at = (seconds: number) => isoTime(startsAt + seconds * SECOND);
  return {
    unit,
    periods: periods.map(({ startS, limit, phases }, n) => {
      const endS = periods[n + 1]?.startS ?? durationS;
      return { from: at(startS), to: endS === null ? null : at(endS), limit, phases };
    }),
  };
}

/** An instant that may be absent, in an answer. */
export function viewTime(at: Millis | null): string | null {
  return at === null ? null : isoTime(at);
}
