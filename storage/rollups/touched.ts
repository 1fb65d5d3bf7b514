import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import { isGood } from '../engines/sieve.ts';
import type { Counters, CreditedMetric } from './counters.ts';
import { WIDTH, beginOf, type Tier } from './tiers.ts';

/** A step of a device that got readings since it was last rolled up. */
export interface Touch {
  tier: Tier;
  type: string;
  site: SiteId;
  device: DeviceId;
  at: Millis;
}

/** A device whose steps are looked after. */
export interface Owner {
  readonly type: string;
  readonly site: SiteId;
  readonly device: DeviceId;
  readonly quarter: Set<Millis>;
  readonly day: Set<Millis>;
  /** What was taken to be rolled up, and is not done yet. */
  readonly underWay: Readonly<Record<Tier, Set<Millis>>>;
  /** When the newest good value of each counter of its type was measured, as far as it came since the start. */
  readonly newest: (Millis | undefined)[];
}

/** Who asks, and for when: the steps of a tier from one instant, included, to another. */
export interface Asked {
  site?: SiteId | undefined;
  devices: readonly DeviceId[];
  from: Millis;
  to: Millis;
}

export interface Touched {
  ownerOf(reading: { type: string; site: SiteId; device: DeviceId }): Owner;
  /** A reading of a device came in; answers the steps that were not touched until now. */
  note(owner: Owner, reading: Reading): readonly Touch[];
  /** Steps that began before are touched no more: the readings that they were made of are gone. */
  notBefore(oldest: Millis): void;
  add(touches: Iterable<Touch>): void;
  all(): Touch[];
  size(): number;
  /**
   * Takes out the steps that ended by then, to roll them up. Both tiers at once: so a day is not done with before all
   * that touched its quarters of an hour is.
   */
  take(by: Millis): Touch[];
  /** All that was taken is rolled up, or touched again. */
  done(): void;
  /** Those of what is asked for that are touched or under way: what is kept of them is out of date. */
  among(tier: Tier, asked: Asked): Touch[];
}

export function createTouched(counters: Pick<Counters, 'ofType'>): Touched {
  const owners = createOwners();
  let takenFrom: Owner[] = [];
  let [size, oldest] = [0, 0];

  const touch = (owner: Owner, tier: Tier, at: Millis): boolean => {
    if (owner[tier].has(at)) return false;
    owner[tier].add(at);
    size += 1;
    return true;
  };
  return {
    ownerOf: (reading) => owners.of(reading),
    note(owner, reading) {
      const [reach, last] = reachOf(owner, reading, counters.ofType(owner.type));
      const first = Math.max(oldest, reach);
      if (last - first < WIDTH.quarter && isTouched(owner, first) && isTouched(owner, last)) return NONE;
      return stepsOf(first, last).flatMap(({ tier, at }) => (touch(owner, tier, at) ? [touchOf(owner, tier, at)] : []));
    },
    notBefore(instant) {
      oldest = instant;
    },
    add(touches) {
      for (const { tier, at, ...owner } of touches) touch(owners.of(owner), tier, at);
    },
    all: () => [...owners.all()].flatMap(touchesOf),
    size: () => size,
    take(by) {
      const taken: Touch[] = [];
      for (const owner of owners.all()) {
        const before = taken.length;
        for (const tier of TIERS) {
          for (const at of owner[tier]) {
            if (at + WIDTH[tier] > by) continue;
            owner[tier].delete(at);
            owner.underWay[tier].add(at);
            taken.push(touchOf(owner, tier, at));
          }
        }
        if (taken.length > before) takenFrom.push(owner);
      }
      size -= taken.length;
      return taken;
    },
    done() {
      for (const { underWay } of takenFrom) for (const tier of TIERS) underWay[tier].clear();
      takenFrom = [];
    },
    among: (tier, { site, devices, from, to }) =>
      devices.flatMap((device) =>
        owners
          .named(device, site)
          .flatMap((owner) =>
            [...owner[tier].union(owner.underWay[tier])]
              .filter((at) => at >= from && at < to)
              .map((at) => touchOf(owner, tier, at)),
          ),
      ),
  };
}

function createOwners() {
  /** By device and site; two types at a site hardly have a device of the same id. */
  const owners = new Map<DeviceId, Map<SiteId, Owner[]>>();
  return {
    of({ type, site, device }: Pick<Owner, 'type' | 'site' | 'device'>): Owner {
      const bySite = owners.get(device) ?? new Map<SiteId, Owner[]>();
      const here = bySite.get(site) ?? [];
      const known = here.find((owner) => owner.type === type);
      if (known) return known;
      const underWay = { quarter: new Set<Millis>(), day: new Set<Millis>() };
      const owner: Owner = { type, site, device, quarter: new Set(), day: new Set(), underWay, newest: [] };
      owners.set(device, bySite.set(site, [...here, owner]));
      return owner;
    },
    *all(): Generator<Owner> {
      for (const bySite of owners.values()) for (const here of bySite.values()) yield* here;
    },
    named(device: DeviceId, site: SiteId | undefined): readonly Owner[] {
      const bySite = owners.get(device);
      return site === undefined ? [...(bySite?.values() ?? [])].flat() : (bySite?.get(site) ?? []);
    },
  };
}

const TIERS = ['quarter', 'day'] as const;
const NONE: readonly Touch[] = [];

/**
 * From when to when a reading bears on steps: on its own, and for a counter on those between it and its neighbours. A
 * value that is not the newest, or may not be, has one on both sides. What is newer than all is the newest from now on.
 */
function reachOf(
  { newest }: Owner,
  reading: Reading,
  counters: readonly CreditedMetric[],
): [first: Millis, last: Millis] {
  const { ts, values } = reading;
  let [first, last] = [ts, ts];
  for (const [index, { metric, gapMs }] of counters.entries()) {
    if (!Object.hasOwn(values, metric)) continue;
    const before = newest[index];
    if (before === undefined || ts <= before) {
      first = Math.min(first, ts - gapMs);
      last = Math.max(last, ts + gapMs);
    } else if (ts - before <= gapMs) first = Math.min(first, before);
    if ((before === undefined || ts > before) && isGood(reading, metric)) newest[index] = ts;
  }
  return [first, last];
}

function stepsOf(first: Millis, last: Millis): { tier: Tier; at: Millis }[] {
  return TIERS.flatMap((tier) => {
    const begin = beginOf(first, WIDTH[tier]);
    const count = Math.floor((last - begin) / WIDTH[tier]) + 1;
    return Array.from({ length: count }, (_, index) => ({ tier, at: begin + index * WIDTH[tier] }));
  });
}

function isTouched({ quarter, day }: Owner, at: Millis): boolean {
  return quarter.has(beginOf(at, WIDTH.quarter)) && day.has(beginOf(at, WIDTH.day));
}

function touchesOf(owner: Owner): Touch[] {
  return TIERS.flatMap((tier) => [...owner[tier]].map((at) => touchOf(owner, tier, at)));
}

function touchOf({ type, site, device }: Owner, tier: Tier, at: Millis): Touch {
  return { tier, type, site, device, at };
}
