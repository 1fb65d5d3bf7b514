import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Connection } from '../connection/connection.ts';

/** Which connection each charger speaks on: never more than one, the newest that signed in. */
export interface Connections {
  /** The epoch of the next connection: greater than any before, in earlier lives of the process too. */
  nextEpoch(): number;
  /** Takes the place of the charger's connection, if it has one; that is returned, for the caller to end. */
  join(connection: Connection): Connection | null;
  /** False when another had taken its place before: then its end means nothing. */
  leave(connection: Connection): boolean;
  of(charger: DeviceId): Connection | null;
  all(): Connection[];
  count(): number;
}

export function createConnections(startedAt: Millis): Connections {
  const current = new Map<DeviceId, Connection>();
  let epoch = startedAt;
  return {
    nextEpoch: () => ++epoch,
    join(connection) {
      const before = current.get(connection.info.charger) ?? null;
      current.set(connection.info.charger, connection);
      return before;
    },
    leave(connection) {
      if (current.get(connection.info.charger) !== connection) return false;
      return current.delete(connection.info.charger);
    },
    of: (charger) => current.get(charger) ?? null,
    all: () => [...current.values()],
    count: () => current.size,
  };
}
