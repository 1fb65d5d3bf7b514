import { dial, type Line } from './bytes.ts';
import {
  connectPacket,
  firstWord,
  lengthOf,
  packet,
  publishPacket,
  REFUSED,
  type SignIn,
  subscribePacket,
  text,
} from './mqtt-bytes.ts';
import type { Scene, Seen, Stranger } from './stranger.ts';

/** Bytes of who has not signed in. */
function babbling(name: string, bytes: Buffer): Stranger {
  return {
    name,
    expected: ['closed'],
    async act({ mqttUrl }) {
      const line = await dial(mqttUrl);
      line.write(bytes);
      return seenOn(line);
    },
  };
}

/** Signs in otherwise than a gateway should. */
function signingIn(name: string, signIn: (scene: Scene) => Partial<SignIn>): Stranger {
  return {
    name,
    expected: ['refused', 'closed'],
    async act(scene) {
      const line = await dial(scene.mqttUrl);
      line.write(connectPacket({ ...usual(scene), ...signIn(scene) }));
      return seenOn(line);
    },
  };
}

/** Packets of a gateway that has signed in as it should. */
function saying(name: string, expected: Seen[], bytes: (scene: Scene) => Buffer): Stranger {
  return {
    name,
    expected,
    async act(scene) {
      const line = await dial(scene.mqttUrl);
      line.write(connectPacket(usual(scene)));
      const answer = await line.next();
      if (!answer || firstWord(answer).kind !== 'connack') return 'refused';
      line.write(bytes(scene));
      return seenOn(line);
    },
  };
}

function usual({ gateway }: Scene): SignIn {
  return { user: gateway.id, password: gateway.secret, clientId: gateway.id };
}

/** What the broker says next, and hangs up. */
async function seenOn(line: Line): Promise<Seen> {
  for (;;) {
    const answer = await line.next();
    if (!answer) {
      line.hangUp();
      return answer === null ? 'closed' : 'nothing';
    }
    const word = firstWord(answer);
    if (word.kind === 'other') continue;
    line.hangUp();
    if (word.kind === 'puback') return 'passed over';
    return word.code === 0 || (word.kind === 'suback' && word.code < REFUSED) ? 'answered' : 'refused';
  }
}

const topicOf = ({ mqttRoot, gateway }: Scene, kind: string) => `${mqttRoot}/${gateway.site}/${kind}/${gateway.id}`;
const FOREIGN = 'no-such-site';

/** Says something where it must not: it is shown the door, and nothing of it is kept. */
function trespassing(name: string, topic: (scene: Scene) => string, header = 0x32): Stranger {
  return saying(name, ['closed'], (scene) => publishPacket(topic(scene), '{"ts":1,"v":{"W":666}}', header));
}

function listening(name: string, filter: (scene: Scene) => string): Stranger {
  return saying(name, ['refused', 'closed'], (scene) => subscribePacket(filter(scene)));
}

/** A payload that nobody can read: acknowledged, and laid aside. */
function mumbling(name: string, payload: string | Buffer): Stranger {
  return saying(name, ['passed over'], (scene) => publishPacket(topicOf(scene, 'data'), payload));
}

const MOST_CLAIMED = 268_435_455;
const deep = '['.repeat(1e5) + ']'.repeat(1e5);

/** On the wire of a gateway. */
export const PACKETS: readonly Stranger[] = [
  babbling('MQTT that begins with a ping', Buffer.from([0xc0, 0])),
  babbling('MQTT that begins with HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')),
  babbling('a CONNECT that claims 268 MB', Buffer.concat([Buffer.from([0x10]), lengthOf(MOST_CLAIMED)])),
  babbling('a CONNECT with a length of five bytes', Buffer.from([0x10, 0x80, 0x80, 0x80, 0x80, 1])),
  signingIn('a gateway with a wrong password', () => ({ password: 'wrong' })),
  signingIn('a gateway that nobody knows', () => ({ user: 'nobody-knows' })),
  signingIn('a last will to another site', ({ mqttRoot }) => ({
    will: { topic: `${mqttRoot}/${FOREIGN}/state/other`, payload: '{"online":false}' },
  })),
  signingIn('a last will to $SYS', () => ({ will: { topic: '$SYS/broker', payload: 'x' } })),
  saying('a second CONNECT', ['closed'], (scene) => connectPacket(usual(scene))),
  saying('a PUBLISH that claims 268 MB', ['closed'], () =>
    Buffer.concat([Buffer.from([0x32]), lengthOf(MOST_CLAIMED)]),
  ),
  saying('a PUBLISH of 300 kB', ['closed'], (scene) => publishPacket(topicOf(scene, 'data'), ' '.repeat(300_000))),
  saying('a PUBLISH with QoS 3', ['closed'], (scene) => publishPacket(topicOf(scene, 'data'), 'x', 0x36)),
  saying('a PUBLISH with packet identifier 0', ['closed'], (scene) =>
    packet(0x32, text(topicOf(scene, 'data')), [0, 0], Buffer.from('{"ts":1,"v":{"W":666}}')),
  ),
  saying('a SUBSCRIBE with packet identifier 0', ['closed'], () => packet(0x82, [0, 0], text('a'), [1])),
  saying('a PUBACK with packet identifier 0', ['closed'], () => packet(0x40, [0, 0])),
  saying('a packet of type 0', ['closed'], () => packet(0)),
  saying('a packet of type 15', ['closed'], () => packet(0xf0)),
  saying('a SUBSCRIBE with wrong flags', ['closed'], () => packet(0x80, [0, 1], text('a'), [0])),
  saying('a topic that is no UTF-8', ['closed'], () => publishPacket(Buffer.from([0x61, 0xff, 0xfe]), 'x')),
  saying('a topic with NUL', ['closed'], () => publishPacket('a\0b', 'x')),
  trespassing('data of another site', ({ mqttRoot, gateway }) => `${mqttRoot}/${FOREIGN}/data/${gateway.id}`),
  trespassing('data of another gateway', ({ mqttRoot, gateway }) => `${mqttRoot}/${gateway.site}/data/other`),
  trespassing('../ in a topic', ({ mqttRoot, gateway }) => `${mqttRoot}/../${gateway.site}/data/${gateway.id}`),
  trespassing('a wildcard in a topic', ({ mqttRoot, gateway }) => `${mqttRoot}/${gateway.site}/data/+`),
  trespassing('an empty topic', () => ''),
  trespassing('a topic of 101 levels', () => 'a/'.repeat(100)),
  trespassing('a command to itself, retained', (scene) => topicOf(scene, 'cmd'), 0x33),
  trespassing('data that is retained', (scene) => topicOf(scene, 'data'), 0x33),
  listening('a gateway that listens to all', () => '#'),
  listening('a gateway that listens to all commands', ({ mqttRoot }) => `${mqttRoot}/+/cmd/#`),
  listening('a gateway that listens to $SYS', () => '$SYS/#'),
  mumbling('data that is no JSON', 'W=17'),
  mumbling('data nested 100,000 deep', deep),
  mumbling('data with NaN', '{"ts":1,"v":{"W":NaN}}'),
  mumbling('data that is no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  mumbling('data in seconds', '{"ts":1790000000,"v":{"W":3}}'),
];
