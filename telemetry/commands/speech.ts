import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Broker } from '../broker/broker.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Presence } from '../field/presence.ts';
import type { Say } from './commands.ts';

/** What polisgrid says to nodes, to each in its own dialect. */
export interface Speech {
  to: Say;
  /** Tells all nodes whether this host is there. */
  host(online: boolean): Promise<void>;
}

/** @param dialects the first of them is how a node is spoken to that has not spoken yet */
export function createSpeech(
  deps: { broker: Pick<Broker, 'publish'>; presence: Pick<Presence, 'dialectOf'>; ground: Ground },
  dialects: readonly Dialect[],
): Speech {
  const { broker, presence, ground } = deps;
  return {
    async to(node, wording) {
      const dialect = presence.dialectOf(node) ?? dialects[0];
      if (!dialect) throw new PolisError('unsupported', 'No dialect of MQTT is spoken here.');
      await broker.publish(wording(dialect));
    },
    async host(online) {
      try {
        const now = ground.clock.now();
        await Promise.all(dialects.map((dialect) => broker.publish(dialect.host(online, now))));
      } catch (error) {
        ground.log.warn({ error: messageOf(error) }, 'Devices could not be told whether this host is there.');
      }
    },
  };
}
