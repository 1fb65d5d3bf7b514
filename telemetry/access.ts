import type { DeviceId, SiteId } from '#estate/ids.ts';
import { parseTopic, type Topic } from './topics.ts';

/** Who has signed in on a connection. */
export interface Speaker {
  id: DeviceId;
  site: SiteId;
  /** A gateway speaks for the devices behind it, any other device for itself alone. */
  gateway: boolean;
}

/** As much of a PUBLISH, or of a last will, as decides whether it is allowed. */
export interface Utterance {
  topic: string;
  qos: number;
  retain: boolean;
  bytes: number;
}

/** Retained messages stay in memory: state and birth only, and small. */
const RETAINED_BYTES = 4 * 1024;
const FROM_THE_FIELD: ReadonlySet<string> = new Set(['state', 'birth', 'data', 'hist', 'event', 'ack']);

/**
 * Whether a speaker may publish this. It decides by levels, not by text: `site1` is no prefix of `site10`.
 *
 * @returns the topic as read, or why not.
 */
export function mayPublish(root: string, speaker: Speaker, said: Utterance): { topic: Topic } | { refused: string } {
  const topic = parseTopic(root, said.topic);
  if (!topic) return { refused: 'no topic of ours' };
  if (topic.kind === 'host' || !FROM_THE_FIELD.has(topic.kind)) return { refused: `${topic.kind} is not for devices` };
  if (topic.site !== speaker.site) return { refused: 'the site of another' };
  if (topic.node !== speaker.id) return { refused: 'the node of another' };
  const device = topic.kind === 'state' ? null : topic.device;
  if (device !== null && device !== speaker.id && !speaker.gateway) return { refused: 'only a gateway has devices' };
  // QoS 2 would keep state for each message, and nothing here needs it.
  if (said.qos > 1) return { refused: 'QoS 2; use 0 or 1' };
  if (said.retain && topic.kind !== 'state' && topic.kind !== 'birth') return { refused: `${topic.kind} retained` };
  if (said.retain && said.bytes > RETAINED_BYTES) return { refused: 'retained and larger than 4 KiB' };
  return { topic };
}

/**
 * Whether a speaker may subscribe to a filter: the commands to its own node (`cmd/{node}/#`, `/+` or one device) and
 * the presence of a host.
 */
export function maySubscribe(root: string, speaker: Speaker, filter: string): boolean {
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
}
