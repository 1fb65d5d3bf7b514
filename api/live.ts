import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { Clock } from '#estate/clock.ts';
import type { SiteId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { EventStream } from './event-stream.ts';

/** Well below what a reader may lag behind, or it would be let go while it catches up. */
const MOST_KEPT_BYTES = 512 * 1024;

/** The facts of the estate as they happen, for those who watch. */
export interface Live {
  start(): void;
  stop(): void;
  /**
   * Sends the facts of a site, or of all, to a reader, beginning with those after the last one it saw. Where these are
   * no longer kept it is sent an event `gap`: it must ask for the state anew.
   */
  follow(stream: EventStream, from: { site?: SiteId | undefined; lastId?: number | undefined }): void;
}

interface Event {
  id: number;
  site: SiteId | null;
  data: string;
}

export function createLive({ facts, clock }: { facts: Feed<Fact>; clock: Clock }): Live {
  const followers = new Map<EventStream, SiteId | undefined>();
  const kept: Event[] = [];
  let keptBytes = 0;
  /** The newest reading of each site since the last tick: of many in a second, one is shown. */
  const readings = new Map<SiteId, Fact>();
  // Begins at the time, so that ids grow over a restart too.
  let lastId = clock.now() * 1_000;
  let stops: (() => void)[] = [];

  const tell = (fact: Fact) => {
    const event = { id: ++lastId, site: fact.site, data: JSON.stringify(fact) };
    kept.push(event);
    keptBytes += Buffer.byteLength(event.data);
    while (keptBytes > MOST_KEPT_BYTES) keptBytes -= Buffer.byteLength(kept.shift()?.data ?? '');
    for (const [stream, site] of followers) {
      if (site === undefined || site === event.site) stream.send({ name: 'fact', ...event });
    }
  };
  const tellReadings = () => {
    for (const fact of readings.values()) tell(fact);
    readings.clear();
  };

  return {
    start() {
      const unlisten = facts.listen((fact) => {
        if (fact.kind === 'reading') readings.set(fact.site, fact);
        else tell(fact);
      });
      stops = [unlisten, clock.every(SECOND, tellReadings)];
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
    },
    follow(stream, { site, lastId: seen }) {
      if (seen !== undefined) {
        const oldest = kept[0]?.id ?? lastId + 1;
        if (seen < oldest - 1 || seen > lastId) stream.send({ name: 'gap', data: '{}', id: oldest - 1 });
        for (const event of kept) {
          if (event.id > seen && (site === undefined || site === event.site)) stream.send({ name: 'fact', ...event });
        }
      }
      followers.set(stream, site);
      stream.onClose(() => followers.delete(stream));
    },
  };
}
