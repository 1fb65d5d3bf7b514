import type { DeviceId, SiteId } from '#estate/ids.ts';
import { nextTurn } from '#estate/next-turn.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Field } from './field.ts';
import type { BornDevice } from './tables.ts';

/** A device that was born on the broker: behind a gateway, or its own node. */
export interface FieldDevice {
  site: SiteId;
  node: DeviceId;
  device: DeviceId;
  type: string;
  online: boolean;
  bornAt: Millis;
  lastSeen: Millis | null;
}

/** `stale`: none has come for twice its period, or its node is away. */
export type PointsByQuality = Record<'good' | 'stale' | 'bad', number>;

/** The newest values of a site; those of a node that is away are stale. */
export function latestOf(field: Field, site: SiteId, now: Millis): Reading[] {
  return field.latest.of(site, now, reachableAt(field, site));
}

/** A device that was never born is its own node; one that has never spoken here (a charger) is not away. */
function reachableAt({ directory, presence }: Field, site: SiteId): (device: DeviceId) => boolean {
  return (device) => {
    const bornBehind = directory.nodeOf(site, device);
    const of = { site, node: bornBehind ?? device };
    const neverSpoke = bornBehind === undefined && presence.dialectOf(of) === undefined;
    return neverSpoke || presence.isOnline(of);
  };
}

/** Counted at a time: an estate has hundreds of thousands of values, and the event loop other things to do. */
const SITES_IN_A_TURN = 100;

/** How many of the newest values are good, stale or bad. */
export async function countByQuality(field: Field, now: Millis): Promise<PointsByQuality> {
  const counts = { good: 0, stale: 0, bad: 0 };
  for (const [index, site] of [...field.latest.sites()].entries()) {
    if (index % SITES_IN_A_TURN === SITES_IN_A_TURN - 1) await nextTurn();
    for (const code of field.latest.qualities(site, now, reachableAt(field, site))) {
      counts[code === Quality.good ? 'good' : code === Quality.stale ? 'stale' : 'bad'] += 1;
    }
  }
  return counts;
}

/** A device that was born, as others see it. */
export function fieldDevice({ presence, latest }: Field, born: BornDevice): FieldDevice {
  const { site, node, device, type, bornAt } = born;
  return { site, node, device, type, bornAt, online: presence.isOnline(born), lastSeen: latest.at(site, device) };
}
