import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { GAP_MS, WIDTH, beginOf, type Tier } from './tiers.ts';

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
  /** Its newest reading, where whoever appends keeps it here. */
  newest?: Millis;
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
  /**
   * A reading of a device came in.
   *
   * @param before the device's newest reading so far, where that is known: an older one bears on the steps beside it.
   * @returns the steps that were not touched until now.
   */
  note(owner: Owner, ts: Millis, before: Millis | undefined): readonly Touch[];
  add(touches: Iterable<Touch>): void;
  all(): Touch[];
  size(): number;
  /** Takes out the steps that ended by then. */
  take(tier: Tier, by: Millis): Touch[];
  /** Those that are touched of what is asked for. */
  among(tier: Tier, asked: Asked): Touch[];
}

export function createTouched(): Touched {
  /** By device and site; two types at a site hardly have a device of the same id. */
  const owners = new Map<DeviceId, Map<SiteId, Owner[]>>();
  let size = 0;

  const ownerOf = ({ type, site, device }: { type: string; site: SiteId; device: DeviceId }): Owner => {
    const bySite = owners.get(device) ?? new Map<SiteId, Owner[]>();
    const here = bySite.get(site) ?? [];
    const known = here.find((owner) => owner.type === type);
    if (known) return known;
    const owner: Owner = { type, site, device, quarter: new Set(), day: new Set() };
    owners.set(device, bySite.set(site, [...here, owner]));
    return owner;
  };
  const everyOwner = () => [...owners.values()].flatMap((bySite) => [...bySite.values()].flat());
  const touch = (owner: Owner, tier: Tier, at: Millis): boolean => {
    if (owner[tier].has(at)) return false;
    owner[tier].add(at);
    size += 1;
    return true;
  };
  return {
    ownerOf,
    note(owner, ts, before) {
      const [first, last] = reachOf(ts, before);
      if (last - first < GAP_MS && isTouched(owner, first) && isTouched(owner, last)) return NONE;
      return stepsOf(first, last).flatMap(({ tier, at }) => (touch(owner, tier, at) ? [touchOf(owner, tier, at)] : []));
    },
    add(touches) {
      for (const { tier, at, ...owner } of touches) touch(ownerOf(owner), tier, at);
    },
    all: () => everyOwner().flatMap(touchesOf),
    size: () => size,
    take(tier, by) {
      const taken: Touch[] = [];
      for (const owner of everyOwner()) {
        for (const at of owner[tier]) {
          if (at + WIDTH[tier] > by) continue;
          owner[tier].delete(at);
          taken.push(touchOf(owner, tier, at));
        }
      }
      size -= taken.length;
      return taken;
    },
    among(tier, { site, devices, from, to }) {
      const found: Touch[] = [];
      for (const device of devices) {
        const bySite = owners.get(device);
        const named = site === undefined ? [...(bySite?.values() ?? [])].flat() : (bySite?.get(site) ?? []);
        for (const owner of named) {
          for (const at of owner[tier]) if (at >= from && at < to) found.push(touchOf(owner, tier, at));
        }
      }
      return found;
    },
  };
}

const NONE: readonly Touch[] = [];

/** From when to when a reading bears on steps. One that is not the newest has neighbours on both sides. */
function reachOf(ts: Millis, before: Millis | undefined): [first: Millis, last: Millis] {
  if (before === undefined || ts <= before) return [Math.max(0, ts - GAP_MS), ts + GAP_MS];
  return [ts - before <= GAP_MS ? before : ts, ts];
}

function stepsOf(first: Millis, last: Millis): { tier: Tier; at: Millis }[] {
  return (['quarter', 'day'] as const).flatMap((tier) => {
    const begin = beginOf(first, WIDTH[tier]);
    const count = Math.floor((last - begin) / WIDTH[tier]) + 1;
    return Array.from({ length: count }, (_, index) => ({ tier, at: begin + index * WIDTH[tier] }));
  });
}

function isTouched({ quarter, day }: Owner, at: Millis): boolean {
  return quarter.has(beginOf(at, WIDTH.quarter)) && day.has(beginOf(at, WIDTH.day));
}

function touchesOf(owner: Owner): Touch[] {
  return (['quarter', 'day'] as const).flatMap((tier) => [...owner[tier]].map((at) => touchOf(owner, tier, at)));
}

function touchOf({ type, site, device }: Owner, tier: Tier, at: Millis): Touch {
  return { tier, type, site, device, at };
}
