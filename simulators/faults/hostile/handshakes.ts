import { dial } from './bytes.ts';
import type { Scene, Seen, Stranger } from './stranger.ts';

interface Knock {
  /** What stands behind the path of the OCPP URL; the charger's id unless told. */
  path?: string;
  user?: string;
  /** Null: no Authorization at all. */
  secret?: string | null;
  protocol?: string | null;
  headers?: string;
}

/** Knocks as a charger does, but for what is told. */
function knocking(name: string, knock: (scene: Scene) => Knock, expected: Seen[] = ['refused', 'closed']): Stranger {
  return {
    name,
    expected,
    async act(scene) {
      const line = await dial(scene.ocppUrl);
      line.write(upgrade(scene, knock(scene)));
      const answer = await line.next();
      line.hangUp();
      if (answer === undefined) return 'nothing';
      if (answer === null) return 'closed';
      return answer.toString('latin1').startsWith('HTTP/1.1 101 ') ? 'answered' : 'refused';
    },
  };
}

function upgrade({ ocppUrl, charger }: Scene, knock: Knock): string {
  const {
    path = `/${charger.id}`,
    user = charger.id,
    secret = charger.secret,
    protocol = 'ocpp1.6',
    headers = '',
  } = knock;
  const basic = Buffer.from(`${user}:${secret}`).toString('base64');
  return (
    `GET ${new URL(ocppUrl).pathname.replace(/\/$/, '')}${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n` +
    'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
    (secret === null ? '' : `Authorization: Basic ${basic}\r\n`) +
    (protocol === null ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`) +
    `${headers}\r\n`
  );
}

/** Bytes that are no handshake. */
function babbling(name: string, bytes: string | Buffer): Stranger {
  return {
    name,
    expected: ['refused', 'closed'],
    async act({ ocppUrl }) {
      const line = await dial(ocppUrl);
      line.write(bytes);
      const answer = await line.next();
      line.hangUp();
      if (answer === undefined) return 'nothing';
      return answer === null ? 'closed' : 'refused';
    },
  };
}

const BAD_PATHS = ['/%', '/%E0%A4%A', '/..%2F..%2F', '/%00', '/__proto__', '/a/b', `/${'x'.repeat(49)}`, '/F%D0%BE1'];

/** At the chargers' door. */
export const HANDSHAKES: readonly Stranger[] = [
  knocking('a charger without a password', () => ({ secret: null })),
  knocking('a charger with a wrong password', () => ({ secret: 'w'.repeat(40) })),
  knocking('a charger that nobody knows', () => ({ path: '/nobody-knows', user: 'nobody-knows' })),
  knocking('a charger with the password of another', ({ gateway }) => ({ secret: gateway.secret })),
  ...BAD_PATHS.map((path) => knocking(`a charger at the path ${path.slice(0, 20)}`, () => ({ path }))),
  knocking('a charger that offers no subprotocol', () => ({ protocol: null })),
  knocking('a charger that offers ocpp9', () => ({ protocol: 'ocpp9' })),
  knocking('a charger with 64 kB of headers', () => ({ headers: `X-Long: ${'x'.repeat(64 * 1024)}\r\n` })),
  babbling('what is no HTTP', 'HELO polisgrid\r\n\r\n'),
  babbling('what is no HTTP, in bytes', Buffer.from('100d00044d5154540402003c000161', 'hex')),
];
