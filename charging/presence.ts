import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { ChargerRef, Station } from './domain.ts';
import { HEARD_WITHIN_MS } from './heard.ts';
import { noteReachable } from './stations.ts';

/**
 * Which chargers are connected, and when they were last heard. Most messages change nothing but that; so it is held in
 * memory, stands in the records a little late, and there exactly again once the charger is gone.
 */
export interface Presence {
  /** The connection came or went, or still stands. */
  reachable(charger: ChargerRef, online: boolean, at: Millis): Promise<void>;
  /** Something came from a charger, which is kept with what it says. */
  heard(charger: ChargerRef, at: Millis): void;
  /** A station with the time at which it was last heard. */
  seen(station: Station): Station;
  /** Nobody is connected. */
  forget(): void;
}

interface Present {
  readonly charger: ChargerRef;
  heardAt: Millis;
  /** Null until it is. */
  storedAt: Millis | null;
}

export function createPresence(deps: {
  records: Records;
  tell: (happened: readonly ChargingFact[]) => void;
}): Presence {
  const { records, tell } = deps;
  const connected = new Map<DeviceId, Present>();

  const heard: Presence['heard'] = ({ id }, at) => {
    const known = connected.get(id);
    if (known) known.heardAt = Math.max(known.heardAt, at);
  };
  return {
    heard,
    async reachable(charger, online, at) {
      const { id, site, synthetic } = charger;
      const before = connected.get(id);
      const isKnown = before?.charger.site === site && before.charger.synthetic === synthetic;
      if (online && isKnown && before.storedAt !== null && at - before.storedAt < HEARD_WITHIN_MS) {
        return heard(charger, at);
      }
      const now: Present = { charger, heardAt: at, storedAt: null };
      if (online) connected.set(id, now);
      else connected.delete(id);
      tell(await records.run(noteReachable, { charger, online, at }));
      now.storedAt = at;
    },
    seen(station) {
      const heardAt = connected.get(station.id)?.heardAt ?? 0;
      return heardAt > (station.lastSeen ?? 0) ? { ...station, lastSeen: heardAt } : station;
    },
    forget: () => connected.clear(),
  };
}
