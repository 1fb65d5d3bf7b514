import type { Clock } from '#estate/clock.ts';
import type { Connections } from './registry.ts';

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
      const inTime = (done: Promise<unknown>) => within(clock, graceMs, done);
      await inTime(Promise.all(all.map((connection) => connection.drain())));
      for (const connection of all) connection.close(GOING_AWAY, 'The server stops');
      if (connections.count() > 0) await inTime(allGone.promise);
      for (const connection of connections.all()) connection.terminate();
      if (connections.count() > 0) await allGone.promise;
    },
  };
}

/** Resolves when something is done, or after a while. */
async function within(clock: Clock, durationMs: number, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([done, clock.sleep(durationMs, over.signal)]);
  over.abort();
}
