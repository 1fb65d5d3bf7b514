import { addressOf, type Addressed, type Dialect, type Speaker } from '../dialects/dialect.ts';

export type { Speaker } from '../dialects/dialect.ts';

/** As much of a PUBLISH, or of a last will, as decides whether it is allowed. */
export interface Utterance {
  topic: string;
  qos: number;
  retain: boolean;
  bytes: number;
}

/** Retained messages stay in memory: few kinds, and small. */
const RETAINED_BYTES = 4 * 1024;

/**
 * Whether a speaker may publish this. It decides by levels, not by text: `site1` is no prefix of `site10`.
 *
 * @returns the topic as read by its dialect, or why not.
 */
export function mayPublish(
  dialects: readonly Dialect[],
  speaker: Speaker,
  said: Utterance,
): Addressed | { refused: string } {
  const found = addressOf(dialects, said.topic);
  if (!found) return { refused: 'no topic of ours for devices' };
  const { site, node, device, way, retainable } = found.address;
  if (way === 'down') return { refused: 'that is not for devices to say' };
  if (site !== speaker.site) return { refused: 'the site of another' };
  if (node !== speaker.id) return { refused: 'the node of another' };
  if (device !== speaker.id && !speaker.gateway) return { refused: 'only a gateway has devices' };
  // QoS 2 would keep state for each message, and nothing here needs it.
  if (said.qos > 1) return { refused: 'QoS 2; use 0 or 1' };
  if (said.retain && !retainable) return { refused: 'that must not be retained' };
  if (said.retain && said.bytes > RETAINED_BYTES) return { refused: 'retained and larger than 4 KiB' };
  return found;
}

/** Whether a speaker may subscribe to a filter: in no dialect to more than its own commands and the presence of a host. */
export function maySubscribe(dialects: readonly Dialect[], speaker: Speaker, filter: string): boolean {
  return dialects.some((dialect) => dialect.maySubscribe(speaker, filter));
}
