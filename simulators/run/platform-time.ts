import { steadyMs, systemClock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { Target } from '../target.ts';
import type { Pace } from './pacer.ts';

/** The time by which a platform judges what it hears. */
export interface PlatformTime {
  now(): Millis;
  /** How many times as fast as real time it passes. */
  speed: number;
  /** What keeps pace with it; null: it is the real time, of which a field may be independent. */
  pace: Pace | null;
}

const times = z.object({ now: z.iso.datetime().transform((text) => Date.parse(text)), speed: z.number().nullable() });

/** Asks a platform for its time. @throws PolisError as the target does. */
export async function platformTime(target: Pick<Target, 'get'>): Promise<PlatformTime> {
  const askedMs = steadyMs();
  const { now: at, speed } = await target.get('/v1/info', times);
  if (speed === null) return { now: () => systemClock.now(), speed: 1, pace: null };
  // It read its clock somewhere between question and answer.
  const pace = { steadyMs: (askedMs + steadyMs()) / 2, at, speed };
  return { now: () => at + (steadyMs() - pace.steadyMs) * speed, speed, pace };
}
