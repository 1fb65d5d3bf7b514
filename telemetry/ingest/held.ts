import type { Clock } from '#estate/clock.ts';
import type { SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import type { Count } from '../accounting/counters.ts';
import type { DeadLetters } from '../accounting/dead-letters.ts';
import type { DeviceRef } from '../accounting/received.ts';
import type { Point, Target } from '../dialects/dialect.ts';
import { letterOf, type Measurements } from './measurements.ts';

/**
 * What devices measure while they wait for adoption. It stands in the journal among the readings, each entry under the
 * name of its device, and is forgotten when they are.
 */
export interface HeldPoints {
  /**
   * Resolves once they are in the journal.
   *
   * @throws PolisError `unavailable` when they are not.
   */
  keep(site: SiteId, points: readonly Point[]): Promise<void>;
  /** What was kept of a device since an instant, a portion at a time, the latest first. */
  since(of: DeviceRef, from: Millis): AsyncGenerator<Point[]>;
}

const POINTS_IN_AN_ENTRY = 100;
/** Entries of a device that are read at a time; most are of one point. */
const PORTION = 100;

export function createHeldPoints(deps: {
  journal: Pick<Journal, 'append' | 'recent'>;
  clock: Clock;
  onKept(points: number): void;
}): HeldPoints {
  const { journal, clock } = deps;
  return {
    async keep(site, points) {
      const ts = clock.now();
      const entries = [];
      for (const [device, own] of Map.groupBy(points, (point) => point.device)) {
        for (let at = 0; at < own.length; at += POINTS_IN_AN_ENTRY) {
          const body = JSON.stringify(own.slice(at, at + POINTS_IN_AN_ENTRY));
          entries.push({ key: keyOf({ site, device }), ts, body });
        }
      }
      await journal.append('readings', entries);
      deps.onKept(points.length);
    },
    async *since(of, from) {
      const page = { key: keyOf(of), limit: PORTION };
      let before = Number.MAX_SAFE_INTEGER;
      for (;;) {
        const entries = await journal.recent('readings', { ...page, before });
        const fresh = entries.filter(({ ts }) => ts >= from);
        // We wrote them.
        yield fresh.flatMap(({ body }) => JSON.parse(body) as Point[]);
        const last = entries.at(-1);
        if (!last || fresh.length < PORTION) return;
        before = last.position;
      }
    },
  };
}

function keyOf({ site, device }: DeviceRef): string {
  return `${site}/${device}`;
}

/** Takes what was kept of a device, since it waited, as history; of what is of no use even now it makes dead letters. */
export function createBringBack(deps: {
  held: HeldPoints;
  measurements: Pick<Measurements, 'take'>;
  letters: DeadLetters;
  count: Count;
}): (of: Target, from: Millis) => Promise<void> {
  const { held, measurements, letters, count } = deps;
  return async (of, from) => {
    const device = { site: of.site, device: of.device };
    for await (const points of held.since(device, from)) {
      const unused = await measurements.take(of, points, false);
      const payload = JSON.stringify(unused.map(({ point }) => point));
      if (unused.length > 0) await letters.bury([letterOf({ topic: 'quarantine', payload, of: device }, unused)]);
      count('adopted', points.length);
    }
  };
}
