import { Readable } from 'node:stream';
import type { AedesPublishPacket, Aedes, Client, Subscription } from 'aedes';
import type { Clock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';

/** A message with the instant from which on nobody is to get it any more. */
export type Perishable = AedesPublishPacket & { messageExpiry?: Millis };

export interface SessionOptions {
  clock: Clock;
  /** Whether a client was allowed a filter: aedes also asks to keep those that it was refused. */
  isGranted: (client: Client, filter: string) => boolean;
}

/** For one session, until its device returns: the oldest give way. */
const MOST_QUEUED = 100;

/**
 * What the broker keeps in memory (the `persistence` of aedes): the subscriptions and queues of sessions that outlive
 * their connection, wills, and what is retained. All of it is bounded: a session belongs to a registered device, its
 * filters are those it was granted, its queue is short and nothing in it is delivered after its time. A wildcard stands
 * at the end of a filter alone, so that subscribers are found by looking three names up.
 */
export function createSessions({ clock, isGranted }: SessionOptions) {
  const retained = new Map<string, AedesPublishPacket>();
  const wills = new Map<string, AedesPublishPacket>();
  const queues = createQueues(clock);
  let brokerId = '';

  return {
    ...queues,
    ...createSubscriptions(isGranted, queues.drop),
    ...NO_QOS_2,
    async setup(broker: Pick<Aedes, 'id'>) {
      brokerId = broker.id;
    },
    async storeRetained(packet: AedesPublishPacket) {
      if (packet.payload.length === 0) retained.delete(packet.topic);
      else retained.set(packet.topic, { ...packet });
    },
    createRetainedStreamCombi: (filters: readonly string[]) =>
      Readable.from(filters.flatMap((filter) => retained.get(filter) ?? [])),
    async putWill({ id }: Client, will: AedesPublishPacket) {
      wills.set(id, Object.assign(will, { clientId: id, brokerId }));
    },
    async delWill({ id }: Pick<Client, 'id'>) {
      const will = wills.get(id);
      wills.delete(id);
      return will;
    },
    /** Of brokers that died: there is none beside this one. */
    streamWill: () => Readable.from([]),
  };
}

/** The filters of sessions that last. */
function createSubscriptions(isGranted: SessionOptions['isGranted'], drop: (client: string) => void) {
  const sessions = new Map<string, Map<string, Subscription>>();
  const subscribers = new Map<string, Set<string>>();
  const forget = (client: string, filter: string) => {
    sessions.get(client)?.delete(filter);
    const left = subscribers.get(filter);
    left?.delete(client);
    if (left?.size === 0) subscribers.delete(filter);
  };
  return {
    async addSubscriptions(client: Client, asked: readonly Subscription[]) {
      const kept = sessions.get(client.id) ?? new Map<string, Subscription>();
      sessions.set(client.id, kept);
      for (const subscription of asked) {
        const { topic, qos } = subscription;
        if (!isGranted(client, topic)) continue;
        forget(client.id, topic);
        kept.set(topic, { topic, qos });
        // Of QoS 0 nothing is kept for those who are away.
        if (qos > 0) subscribers.set(topic, (subscribers.get(topic) ?? new Set()).add(client.id));
      }
    },
    async removeSubscriptions({ id }: Client, filters: readonly string[]) {
      for (const filter of filters) forget(id, filter);
    },
    subscriptionsByClient: async ({ id }: Pick<Client, 'id'>) => [...(sessions.get(id)?.values() ?? [])],
    async subscriptionsByTopic(topic: string) {
      const clients = new Set(filtersFor(topic).flatMap((filter) => [...(subscribers.get(filter) ?? [])]));
      return [...clients].map((clientId) => ({ clientId, topic, qos: 1 }));
    },
    async cleanSubscriptions({ id }: Client) {
      for (const filter of sessions.get(id)?.keys() ?? []) forget(id, filter);
      sessions.delete(id);
      drop(id);
    },
    countOffline: async () => ({ subsCount: subscribers.size, clientsCount: sessions.size }),
  };
}

/** The messages that wait for each client, oldest first. */
function createQueues(clock: Clock) {
  const queues = new Map<string, Perishable[]>();
  const enqueue = (client: string, packet: Perishable) => {
    const now = clock.now();
    const waiting = (queues.get(client) ?? []).filter(({ messageExpiry = Infinity }) => messageExpiry > now);
    queues.set(client, [...waiting, { ...packet }].slice(-MOST_QUEUED));
  };
  const isSame = (one: Perishable, other: Perishable) =>
    one.brokerId === other.brokerId && one.brokerCounter === other.brokerCounter;

  return {
    drop: (client: string) => void queues.delete(client),
    async outgoingEnqueue({ clientId }: { clientId: string }, packet: Perishable) {
      enqueue(clientId, packet);
    },
    async outgoingEnqueueCombi(to: readonly { clientId: string }[], packet: Perishable) {
      for (const { clientId } of to) enqueue(clientId, packet);
    },
    /** It was given a number under which the client will acknowledge it. */
    async outgoingUpdate({ id }: Client, packet: Perishable) {
      const queued = queues.get(id)?.find((one) => isSame(one, packet));
      if (queued && packet.messageId !== undefined) queued.messageId = packet.messageId;
    },
    async outgoingClearMessageId({ id }: Client, packet: Perishable) {
      const waiting = queues.get(id) ?? [];
      const at = waiting.findIndex((one) =>
        packet.messageId === undefined ? isSame(one, packet) : one.messageId === packet.messageId,
      );
      const [done] = at < 0 ? [] : waiting.splice(at, 1);
      if (waiting.length === 0) queues.delete(id);
      return done;
    },
    outgoingStream: ({ id }: Client) => Readable.from([...(queues.get(id) ?? [])]),
  };
}

/** Who sends with QoS 2 is cut off before anything of it is kept. */
const NO_QOS_2 = {
  async incomingGetPacket(): Promise<never> {
    throw new Error('no such packet');
  },
  async incomingStorePacket(): Promise<never> {
    throw new Error('QoS 2 is not taken here');
  },
  async incomingDelPacket(): Promise<never> {
    throw new Error('no such packet');
  },
  cleanIncoming: async () => {},
};

/** The filters that match a topic (MQTT 3.1.1 §4.7), of those with a wildcard at the end or none. */
function filtersFor(topic: string): string[] {
  const filters = [topic, `${topic}/#`];
  const levels = topic.split('/');
  for (let kept = levels.length - 1; kept > 0; kept--) filters.push(`${levels.slice(0, kept).join('/')}/#`);
  return [...filters, `${levels.slice(0, -1).join('/')}/+`];
}
