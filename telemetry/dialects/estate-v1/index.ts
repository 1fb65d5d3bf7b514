import type { Address, Dialect, DialectOptions, Message } from '../dialect.ts';
import { channels } from './channels.ts';
import { readNews } from './decode.ts';
import type { CommandPayload } from './payloads.ts';
import { parseTopic, topicText, type Topic } from './topics.ts';

/** Our own dialect: `estate/v1`, Sparkplug's shape with the site in front, payloads of JSON. */
export function createEstateV1({ root, hostId }: DialectOptions): Dialect {
  const say = (topic: Topic, payload: object): Message => ({
    topic: topicText(root, topic),
    payload: JSON.stringify(payload),
    retain: topic.kind === 'host',
  });
  return {
    name: 'estate-v1',
    filters: {
      each: ['state/+', 'birth/+/+', 'ack/+/+'].map((kind) => `${root}/+/${kind}`),
      any: ['data/#', 'hist/+/+', 'event/+/+'].map((kind) => `${root}/+/${kind}`),
    },
    address: (text) => addressOf(parseTopic(root, text)),
    maySubscribe(speaker, filter) {
      const commands = `${root}/${speaker.site}/cmd/${speaker.id}/`;
      if (filter === `${commands}#` || filter === `${commands}+`) return true;
      const topic = parseTopic(root, filter);
      if (topic?.kind === 'host') return true;
      return (
        topic?.kind === 'cmd' &&
        topic.site === speaker.site &&
        topic.node === speaker.id &&
        (speaker.gateway || topic.device === speaker.id)
      );
    },
    command: (target, command) => say({ kind: 'cmd', ...target }, command satisfies CommandPayload),
    rebirth: ({ site, node }, order) =>
      say({ kind: 'cmd', site, node, device: node }, { ...order, set: { rebirth: 1 } }),
    host: (online, at) => say({ kind: 'host', host: hostId }, { online, ts: at }),
    channels: () => channels(root),
  };
}

/** Retained messages stay in memory: state and birth only. */
function addressOf(topic: Topic | null): Address | null {
  if (topic === null || topic.kind === 'host') return null;
  const { kind, site, node } = topic;
  return {
    site,
    node,
    device: topic.kind === 'state' ? node : topic.device,
    way: kind === 'cmd' ? 'down' : 'up',
    retainable: kind === 'state' || kind === 'birth',
    isHistory: kind === 'hist',
    read: (payload) => readNews(topic, payload),
  };
}
