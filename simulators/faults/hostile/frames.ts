import { once } from 'node:events';
import { WebSocket } from 'ws';
import { openChargerSocket } from '../../charger-socket.ts';
import { readMessage } from '../../ocpp-frame.ts';
import { inTime } from './bytes.ts';
import type { Scene, Seen, Stranger } from './stranger.ts';

/** Frames of a charger that has signed in as it should. */
function saying(name: string, expected: Seen[], ...frames: (() => string | Buffer)[]): Stranger {
  return {
    name,
    expected,
    async act(scene) {
      const socket = await signIn(scene);
      if (!socket) return 'refused';
      const fate = fateOf(socket);
      for (const frame of frames) socket.send(frame(), { binary: false });
      socket.send(JSON.stringify([2, AFTERWARDS, 'Heartbeat', {}]));
      const seen = (await inTime(fate)) ?? 'nothing';
      socket.terminate();
      return seen;
    },
  };
}

const AFTERWARDS = 'afterwards';

async function signIn({ ocppUrl, charger }: Scene): Promise<WebSocket | null> {
  const socket = openChargerSocket({ url: ocppUrl, identity: charger.id, secret: charger.secret, protocol: 'ocpp1.6' });
  const opened = await inTime(once(socket, 'open').catch(() => null));
  if (opened) return socket;
  socket.terminate();
  return null;
}

/** What becomes of the first thing said: `passed over` when only the heartbeat behind it is answered. */
function fateOf(socket: WebSocket): Promise<Seen> {
  return new Promise((resolve) => {
    socket.on('error', () => {});
    socket.once('close', () => resolve('closed'));
    socket.on('message', (data: Buffer) => {
      const message = readMessage(data.toString());
      // The platform may ask the newcomer something of its own.
      if (message.kind === 'call') return;
      if (message.kind === 'result' && message.id === AFTERWARDS) return resolve('passed over');
      resolve(message.kind === 'result' ? 'answered' : 'error');
    });
  });
}

const call = (id: unknown, action: unknown, payload: unknown) => () => JSON.stringify([2, id, action, payload]);
const beat = (id: unknown) => call(id, 'Heartbeat', {});
const ofType = (type: unknown) => () => JSON.stringify([type, 'a', 'Heartbeat', {}]);
const NOT_UTF8 = Buffer.from([0x5b, 0x32, 0x2c, 0x22, 0xff, 0xfe, 0x22, 0x5d]);
const SCRIPT = '<script>alert(1)</script>\r\n\u001b[31m';

/** On the wire of a charger. */
export const FRAMES: readonly Stranger[] = [
  saying('a frame that is no JSON', ['error'], () => 'no json'),
  saying('a frame that is no list', ['error'], () => '{}'),
  saying('an empty frame', ['passed over'], () => ''),
  saying('a frame nested 100,000 deep', ['error'], () => `[2,"a","Heartbeat",${'['.repeat(1e5)}${']'.repeat(1e5)}]`),
  saying('a frame of 256 KiB and a byte', ['closed'], () => ' '.repeat(256 * 1024 + 1)),
  saying('a frame of 5 MB', ['closed'], () => 'x'.repeat(5_000_000)),
  saying('a frame that is no UTF-8', ['closed'], () => NOT_UTF8),
  saying('an id of 37 characters', ['error'], beat('x'.repeat(37))),
  saying('an empty id', ['error'], beat('')),
  saying('an id that is a number', ['error'], beat(7)),
  saying('an unknown action', ['error'], call('a', 'NoSuchThing', {})),
  saying('the action "constructor"', ['error'], call('a', 'constructor', {})),
  saying('an action that is the platform’s to call', ['error'], call('a', 'Reset', { type: 'Hard' })),
  saying('a message of type 5', ['error'], ofType(5)),
  saying('a message of type 2.5', ['error'], ofType(2.5)),
  saying('a message of type "2"', ['error'], ofType('2')),
  saying('a reply to nothing', ['passed over'], () => '[3,"nothing",{}]'),
  saying('an error to nothing', ['passed over'], () => '[4,"nothing","GenericError","",{}]'),
  saying('a start without a meter', ['error'], call('a', 'StartTransaction', { connectorId: 1 })),
  saying(
    'a boot whose vendor is a script',
    ['answered', 'error'],
    call('a', 'BootNotification', { chargePointVendor: SCRIPT.slice(0, 20), chargePointModel: SCRIPT.slice(-8) }),
  ),
];
