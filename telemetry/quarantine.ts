import type { SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Count } from './counters.ts';
import type { Stray } from './decode.ts';

/** Values that came and have no place, by device and metric. */
export interface Quarantined extends Stray {
  site: SiteId;
  times: number;
  lastAt: Millis;
}

export interface Quarantine {
  note(site: SiteId, strays: readonly Stray[], at: Millis): void;
  /** What is in quarantine, the latest first. */
  list(): Quarantined[];
}

const MOST = 1_000;

/** Remembers strays so that a person sees what to add to a device type; the oldest give way. */
export function createQuarantine(count: Count): Quarantine {
  const held = new Map<string, Quarantined>();
  return {
    note(site, strays, at) {
      for (const stray of strays) {
        const key = `${site}/${stray.device}/${stray.metric ?? ''}`;
        const times = (held.get(key)?.times ?? 0) + 1;
        held.delete(key);
        held.set(key, { ...stray, site, times, lastAt: at });
      }
      count('quarantined', strays.length);
      for (const oldest of held.keys()) {
        if (held.size <= MOST) break;
        held.delete(oldest);
      }
    },
    list: () => [...held.values()].toReversed(),
  };
}
