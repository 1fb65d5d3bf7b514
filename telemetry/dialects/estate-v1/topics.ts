import { ID_PATTERN, type DeviceId, type SiteId } from '#estate/ids.ts';

/** What goes up from a node's device, or down to it. */
export type DeviceTopicKind = 'birth' | 'hist' | 'event' | 'cmd' | 'ack';

/**
 * The topics of polisgrid, Sparkplug's shape with the site in front:
 * `{root}/{site}/{kind}/{node}[/{device}]` and `{root}/host/{host}`.
 */
export type Topic =
  | { kind: 'state'; site: SiteId; node: DeviceId }
  /** `device` is null where one message carries a whole site. */
  | { kind: 'data'; site: SiteId; node: DeviceId; device: DeviceId | null }
  | { [Kind in DeviceTopicKind]: { kind: Kind; site: SiteId; node: DeviceId; device: DeviceId } }[DeviceTopicKind]
  | { kind: 'host'; host: string };

export const DEFAULT_ROOT = 'estate/v1';

/** The topic as text. */
export function topicText(root: string, topic: Topic): string {
  if (topic.kind === 'host') return `${root}/host/${topic.host}`;
  const node = `${root}/${topic.site}/${topic.kind}/${topic.node}`;
  return topic.kind === 'state' || topic.device === null ? node : `${node}/${topic.device}`;
}

/**
 * Reads a topic, level by level.
 *
 * @returns null when it is none of ours: another root, a missing or odd level, an unknown kind.
 */
export function parseTopic(root: string, text: string): Topic | null {
  if (!text.startsWith(`${root}/`)) return null;
  const levels = text.slice(root.length + 1).split('/');
  if (!levels.every((level) => ID_PATTERN.test(level))) return null;
  const [site, kind, node, device, ...rest] = levels;
  if (site === undefined || kind === undefined || rest.length > 0) return null;
  if (node === undefined) return site === 'host' ? { kind: 'host', host: kind } : null;
  if (kind === 'data') return { kind, site, node, device: device ?? null };
  if (kind === 'state') return device === undefined ? { kind, site, node } : null;
  if (device === undefined || !isDeviceKind(kind)) return null;
  return { kind, site, node, device };
}

function isDeviceKind(kind: string): kind is DeviceTopicKind {
  return kind === 'birth' || kind === 'hist' || kind === 'event' || kind === 'cmd' || kind === 'ack';
}
