import { PolisError } from '#estate/errors.ts';
import { DAY, isoTime, type Millis } from '#estate/units.ts';
import { z } from 'zod';
import { METER_SERIES } from '../charger/truth-meters.ts';
import { kindOf } from '../devices/list.ts';
import type { EstatePlan } from '../estate/plan.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import type { Target } from '../target.ts';
import type { SessionRow } from '../verify/session-rows.ts';
import { FIRST_CONNECT_MS } from './perform.ts';
import type { Timing } from './timing.ts';

interface Span {
  from: Millis;
  to: Millis;
}

/** What the platform has from before a run. */
export interface Kept {
  target: Pick<Target, 'get'>;
  estate: EstatePlan;
  /** The sessions of its chargers. */
  sessions: ReadonlyMap<string, readonly SessionRow[]>;
}

const WEEK = 7 * DAY;
const MOST_WEEKS_BACK = 4;
/** All that a device measured is one step or two. */
const ONE_STEP = '366d';

const counts = z.object({
  series: z.array(z.object({ device: z.string(), points: z.array(z.tuple([z.number(), z.number()])) })),
});

/**
 * What these chargers and devices did in the time of a run must be the run's own doing: measurements and sessions of a run
 * before it cannot be told from those of this one.
 *
 * @throws PolisError `invalid` when the platform has some of that time, with what to do; and as the target does.
 */
export async function refuseTakenTime(scenario: Scenario, kept: Kept, timing: Timing): Promise<void> {
  const span = spanOf(scenario, timing);
  const found = await firstKept(kept, span);
  if (found === null) return;
  const free = timing.platform.pace === null && scenario.start.kind !== 'now' ? await freeStart(kept, span) : null;
  const otherTime = free === null ? 'Take' : `Begin at another time (--start ${isoTime(free)} is free), or take`;
  throw new PolisError(
    'invalid',
    `The platform already has ${found} from the time of this run (${isoTime(span.from)} on): an earlier run left them, and ` +
      `they would count as differences. ${otherTime} an instance of the run's own (--own) or one with a fresh data folder.`,
  );
}

/** From its begin to the latest time at which it may end. */
function spanOf(scenario: Scenario, { startMs, speed }: Timing): Span {
  return { from: startMs, to: startMs + FIRST_CONNECT_MS + lengthOf(scenario) + scenario.drainMs * speed };
}

/** The same hour of the same weekday, some weeks earlier; null: the platform has something of each. */
async function freeStart(kept: Kept, { from, to }: Span): Promise<Millis | null> {
  for (let weeks = 1; weeks <= MOST_WEEKS_BACK; weeks++) {
    const earlierMs = weeks * WEEK;
    if ((await firstKept(kept, { from: from - earlierMs, to: to - earlierMs })) === null) return from - earlierMs;
  }
  return null;
}

/** The first thing that the platform has of a span, in words. One question for each type of device. */
async function firstKept({ target, estate, sessions }: Kept, { from, to }: Span): Promise<string | null> {
  const session = [...sessions.values()].flat().find(({ startedAt }) => startedAt >= from && startedAt <= to);
  if (session) return `sessions of chargers, such as ${session.charger}`;
  for (const { type, metric, isOwn } of seriesOf(estate)) {
    const path = `/v1/series?type=${type}&metric=${metric}&from=${Math.floor(from)}&to=${Math.ceil(to)}&step=${ONE_STEP}&aggregate=count`;
    const { series } = await target.get(path, counts);
    const found = series.find(({ device, points }) => isOwn(device) && points.some(([, count]) => count > 0));
    if (found) return `measurements of devices, such as ${found.device}`;
  }
  return null;
}

/** Each type of what measures in an estate, with a metric that all of it shows. */
function seriesOf({ sites, chargers }: EstatePlan) {
  const ofEvses = new Set(
    chargers.flatMap(({ id, evses }) => Array.from({ length: evses }, (_, n) => `${id}:${n + 1}`)),
  );
  const byType = Map.groupBy(
    sites.flatMap(({ devices }) => devices),
    ({ type }) => type,
  );
  const ofDevices = [...byType].flatMap(([type, devices]) => {
    const ids = new Set(devices.map(({ id }) => id));
    const [metric] = Object.keys(kindOf(type).metrics);
    return metric === undefined ? [] : [{ type, metric, isOwn: (device: string) => ids.has(device) }];
  });
  return [{ type: METER_SERIES, metric: 'TotWhImp', isOwn: (device: string) => ofEvses.has(device) }, ...ofDevices];
}
