import { systemClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import { resolveStart } from '../scenario/start.ts';
import type { Target } from '../target.ts';
import { type PlatformTime, platformTime } from './platform-time.ts';

/** The platform's time, and from when on and how fast the simulated time of a run passes. */
export interface Timing {
  platform: PlatformTime;
  startMs: Millis;
  /** When it was to begin: earlier, where the platform's own time passed while the field was registered. */
  askedMs: Millis;
  speed: number;
}

export interface TimingInput {
  scenario: Scenario;
  api: string;
  /** Over those of the scenario. */
  speed?: number | undefined;
  startMs?: Millis | undefined;
  /** The run has started the platform for itself, in this time. */
  isOwn: boolean;
}

/**
 * Where the platform has a time of its own the field lives in that, from now on, else in the scenario's.
 *
 * @throws PolisError `invalid` when that cannot be: in the future only a platform can be that has a time of its own, and
 *   one of somebody else's cannot be told when to begin; and as the target does.
 */
export async function timingOf(input: TimingInput, target: Pick<Target, 'get'>): Promise<Timing> {
  const { scenario, api, speed, startMs, isOwn } = input;
  const platform = await platformTime(target);
  const nowMs = systemClock.now();
  const askedMs = startMs ?? resolveStart(scenario.start, nowMs, lengthOf(scenario));
  if (platform.pace) {
    const { at } = platform.pace;
    if (startMs !== undefined && !isOwn) throw hasItsTime(api, at);
    return { platform, startMs: at, askedMs, speed: platform.speed };
  }
  if (askedMs > nowMs) throw isAhead(scenario);
  return { platform, startMs: askedMs, askedMs, speed: speed ?? scenario.speed };
}

function hasItsTime(api: string, at: Millis): PolisError {
  return new PolisError(
    'invalid',
    `The platform at ${api} has a time of its own, in which it is ${isoTime(at)}, and a run begins there; leave out --start.`,
  );
}

function isAhead({ name }: Scenario): PolisError {
  return new PolisError('invalid', `${name} begins in the future, and the platform is not there; run it with --own.`);
}
