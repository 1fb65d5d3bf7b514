import { isoTime } from '#estate/units.ts';
import { withBlankedSecrets } from '../secrets-blanked.ts';
import type { TraceLine } from '../trace.ts';
import type { Ear, EarDeps } from './ear.ts';
import { createFrameReader } from './websocket-frames.ts';

type Link = Extract<TraceLine, { kind: 'link' }>;
type Frame = Extract<TraceLine, { kind: 'frame' }>;

const HEAD_END = '\r\n\r\n';
const LONGEST_HEAD = 64 * 1024;
const SWITCHING_PROTOCOLS = 101;
const NOTHING = Buffer.alloc(0);

/**
 * Listens to an OCPP connection. All goes on as it is, but that compression is not asked for: a charger that could do
 * with it can do without. Headers, and with them the secret, are not written.
 */
export function createOcppEar({ clock, writer, connection }: EarDeps): Ear {
  let charger = '';
  let offered: Frame['protocol'] | null = null;
  let protocol: Frame['protocol'] = 'ocpp1.6';
  let isOpen = false;
  let goodbye: Pick<Link, 'code'> | null = null;

  const now = () => isoTime(clock.now());
  const tell = (event: Link['event'], more: Pick<Link, 'code' | 'clean'> = {}) =>
    writer.write({ kind: 'link', at: now(), peer: charger, over: 'ocpp', connection, event, ...more });
  const reader = (direction: Frame['direction']) =>
    createFrameReader({
      message(data, isBinary) {
        const frame = isBinary ? data.toString('base64') : withBlankedSecrets(data.toString());
        const line: Frame = { kind: 'frame', at: now(), charger, protocol, direction, frame };
        writer.write(isBinary ? { ...line, binary: true } : line);
      },
      closing: (code) => void (goodbye ??= { code }),
      unreadable: () => tell('unreadable'),
    });
  const request = (head: string) => {
    charger = identityIn(head);
    offered = versionIn(headerOf(head, 'sec-websocket-protocol'));
    return head.replace(/\r\nsec-websocket-extensions:[^\r]*/gi, '');
  };
  const answer = (head: string) => {
    const code = Number(/^HTTP\/1\.\d (\d{3})/.exec(head)?.[1] ?? 0);
    isOpen = code === SWITCHING_PROTOCOLS;
    protocol = versionIn(headerOf(head, 'sec-websocket-protocol')) ?? offered ?? protocol;
    if (isOpen) tell('opened');
    else tell('refused', { code });
    return head;
  };
  const onlyOpen = (read: (chunk: Buffer) => void) => (chunk: Buffer) => isOpen && read(chunk);
  return {
    fromField: afterHead(request, onlyOpen(reader('in'))),
    fromPlatform: afterHead(answer, onlyOpen(reader('out'))),
    ended() {
      if (isOpen) tell('closed', { clean: goodbye !== null, ...goodbye });
    },
  };
}

/** Keeps back the head of an HTTP message until it is whole, then hands on what the first makes of it; the rest is read. */
function afterHead(edit: (head: string) => string, read: (chunk: Buffer) => void): (chunk: Buffer) => Buffer {
  let head: string | null = '';
  return (chunk) => {
    if (head === null) {
      read(chunk);
      return chunk;
    }
    // Each byte becomes one character, and back.
    head += chunk.toString('latin1');
    const end = head.indexOf(HEAD_END);
    if (end < 0 && head.length < LONGEST_HEAD) return NOTHING;
    const to = end < 0 ? 0 : end + HEAD_END.length;
    const edited = Buffer.from(edit(head.slice(0, to)), 'latin1');
    const rest = Buffer.from(head.slice(to), 'latin1');
    head = null;
    read(rest);
    return Buffer.concat([edited, rest]);
  };
}

/** The last part of the path of a request. */
function identityIn(head: string): string {
  const [, last = ''] = /^GET [^ ?]*\/([^ ?/]*)[ ?]/.exec(head) ?? [];
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function headerOf(head: string, name: string): string {
  return new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)?.[1] ?? '';
}

/** The version that a subprotocol names, in whatever spelling. */
function versionIn(subprotocol: string): Frame['protocol'] | null {
  if (/2\.?0\.?1/.test(subprotocol)) return 'ocpp2.0.1';
  return /1\.?6/.test(subprotocol) ? 'ocpp1.6' : null;
}
