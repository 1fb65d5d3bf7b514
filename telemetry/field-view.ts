import type { SiteId } from '#estate/ids.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Field } from './field.ts';
import type { FieldDevice, PointsByQuality } from './index.ts';
import type { BornDevice } from './records.ts';

/** The newest values of a site; those of a node that is away are stale. */
export function latestOf({ directory, presence, latest }: Field, site: SiteId, now: Millis): Reading[] {
  return latest.of(site, now, (device) => {
    const node = directory.nodeOf(site, device);
    return node === undefined || presence.isOnline({ site, node });
  });
}

/** How many of the newest values are good, stale or bad. */
export function countByQuality(field: Field, now: Millis): PointsByQuality {
  const counts = { good: 0, stale: 0, bad: 0 };
  for (const site of field.latest.sites()) {
    for (const { values, quality = {} } of latestOf(field, site, now)) {
      for (const metric of Object.keys(values)) {
        const code = quality[metric] ?? Quality.good;
        counts[code === Quality.good ? 'good' : code === Quality.stale ? 'stale' : 'bad'] += 1;
      }
    }
  }
  return counts;
}

/** A device that was born, as others see it. */
export function fieldDevice({ presence, latest }: Field, born: BornDevice): FieldDevice {
  const { site, node, device, type, bornAt } = born;
  return { site, node, device, type, bornAt, online: presence.isOnline(born), lastSeen: latest.at(site, device) };
}
