import type { Clock } from '#estate/clock.ts';
import { within } from '#estate/within.ts';
import type { Connections } from './connections.ts';

/** The end of all connections, when the server stops. */
export interface Dismissal {
  /** True from the moment it began. */
  isUnderWay(): boolean;
  /** Tells that a connection has left. */
  left(): void;
  /** Lets calls under way end, then closes all; what does not close in time is cut. Resolves when nobody is left. */
  begin(graceMs: number): Promise<void>;
}

const GOING_AWAY = 1001;

export function createDismissal(connections: Connections, clock: Clock): Dismissal {
  const allGone = Promise.withResolvers<void>();
  let underWay = false;
  return {
    isUnderWay: () => underWay,
    left() {
      if (underWay && connections.count() === 0) allGone.resolve();
    },
    async begin(graceMs) {
      underWay = true;
      const all = connections.all();
      const inTime = (done: Promise<unknown>) => within(done, graceMs, clock);
      await inTime(Promise.all(all.map((connection) => connection.drain())));
      for (const connection of all) connection.close(GOING_AWAY, 'The server stops');
      if (connections.count() > 0) await inTime(allGone.promise);
      for (const connection of connections.all()) connection.terminate();
      if (connections.count() > 0) await allGone.promise;
    },
  };
}
