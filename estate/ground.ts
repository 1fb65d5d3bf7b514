import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Random } from './random.ts';

/** What every part stands on: time, chance and a voice. Passed in, never imported. */
export interface Ground {
  clock: Clock;
  random: Random;
  log: Log;
}
