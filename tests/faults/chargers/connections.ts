import { connect } from 'node:net';
import { MINUTE, SECOND } from '#estate/units.ts';
import { openWire, rawRequest, secretOf, upgradeOf } from '../../../ocpp-server/specimens/wire.ts';
import { AT_ONCE_MS, pass, told, until, type Bed, type Fault } from './bed.ts';

/** The status with which a raw path is turned away. */
async function path({ specimen }: Bed, raw: string): Promise<string> {
  const basic = Buffer.from(`x:${secretOf('x')}`).toString('base64');
  const headers = ['Sec-WebSocket-Protocol: ocpp1.6', `Authorization: Basic ${basic}`];
  return (await rawRequest(specimen.port, upgradeOf(raw, headers))).split(' ')[1] ?? 'closed';
}

/** A second connection of a charger whose first one is in some state: which one is served, and which is told to go. */
async function second(bed: Bed, first: 'alive' | 'idle' | 'half-open'): Promise<string> {
  const { specimen } = bed;
  const { id, wire } = await bed.connect();
  if (first === 'alive') await wire.call('Heartbeat', {});
  if (first === 'idle') await pass(bed, MINUTE);
  if (first === 'half-open') wire.socket.pause();
  const before = specimen.server.connectionOf(id)?.epoch ?? 0;
  const startedAt = Date.now();
  const newer = await openWire(specimen.port, { id });
  const served = told(await newer.call('Heartbeat', {}));
  const isPrompt = Date.now() - startedAt < AT_ONCE_MS;
  if (first !== 'half-open') await wire.closed;
  wire.socket.terminate();
  await pass(bed, SECOND);
  const now = specimen.server.connectionOf(id);
  const kept = now !== null && now.epoch > before && (await specimen.charging.station(id))?.online === true;
  return `${served}${isPrompt ? ' at once' : ''}, ${kept ? 'the newer stays' : 'lost'}`;
}

const NEWER = 'confirmed at once, the newer stays';
const protocols = 'this server speaks ocpp2.0.1 and ocpp1.6';

export const CONNECTION_FAULTS: Fault[] = [
  {
    name: 'no password',
    observe: async (bed) => bed.knock({ id: await bed.newId(), secret: null }),
    expected: '401: no secret given: set the charger to Basic authentication',
  },
  {
    name: 'wrong password 1,000×, then the right one',
    async observe(bed) {
      const id = await bed.newId();
      const answers = new Map<string, number>();
      for (let n = 0; n < 1_000; n++) {
        const [status = ''] = (await bed.knock({ id, secret: 'wrong' })).split(':');
        answers.set(status, (answers.get(status) ?? 0) + 1);
      }
      const turnedAway = [...answers.keys()].toSorted().join(' or ');
      const then = await bed.knock({ id });
      // The address has used up what it may fail in a minute.
      await pass(bed, MINUTE);
      return `${turnedAway}; then ${then}`;
    },
    expected: '401 or 429; then 101',
  },
  {
    name: 'unknown identity',
    observe: (bed) => bed.knock({ id: 'nobody-knows' }),
    expected: '401: unknown identity: register the charger first',
  },
  {
    name: 'right secret of another identity',
    async observe(bed) {
      const [own, other] = [await bed.newId(), await bed.newId()];
      const secret = secretOf(other);
      return [await bed.knock({ id: own, secret }), await bed.knock({ id: own, user: other, secret })].join('; ');
    },
    expected: '401: wrong secret; 401: wrong secret',
  },
  { name: 'second socket, the first alive', observe: (bed) => second(bed, 'alive'), expected: NEWER },
  { name: 'second socket, the first half-open', observe: (bed) => second(bed, 'half-open'), expected: NEWER },
  { name: 'second socket, the first idle', observe: (bed) => second(bed, 'idle'), expected: NEWER },
  {
    name: 'second socket, the first mid-call',
    async observe(bed) {
      const { id, wire } = await bed.connect();
      const asked = bed.specimen.server.call(id, 'ClearCache', {});
      const [, messageId] = await wire.next();
      const newer = await openWire(bed.specimen.port, { id });
      const { outcome } = await asked;
      // What the newer connection says to a question that it was not asked is nobody's answer.
      newer.send(JSON.stringify([3, messageId, { status: 'Accepted' }]));
      return `${outcome}; ${told(await newer.call('Heartbeat', {}))}`;
    },
    expected: 'unknown; confirmed',
  },
  {
    name: '100 swaps',
    async observe(bed) {
      const { server, port } = bed.specimen;
      const before = server.connectionCount();
      const id = await bed.newId();
      let wire = await openWire(port, { id });
      for (let n = 0; n < 100; n++) wire = await openWire(port, { id });
      const answer = told(await wire.call('Heartbeat', {}));
      const more = (await until(() => server.connectionCount() === before + 1)) ? 1 : server.connectionCount() - before;
      wire.socket.terminate();
      const gone = await until(() => server.connectionCount() === before);
      return `${answer}, ${more} connection more, ${gone ? 'none afterwards' : 'some left'}`;
    },
    expected: 'confirmed, 1 connection more, none afterwards',
  },
  ...['/%', '/ocpp/%E0%A4%A', '/ocpp/..%2F', '/ocpp/%00', `/ocpp/${'x'.repeat(49)}`, '/ocpp/F%D0%BE1'].map(
    (raw): Fault => ({ name: `path ${raw.slice(0, 30)}`, observe: (bed) => path(bed, raw), expected: '400' }),
  ),
  { name: 'path /ocpp/__proto__', observe: (bed) => path(bed, '/ocpp/__proto__'), expected: '401' },
  {
    name: 'trailing slash',
    async observe(bed) {
      const id = await bed.newId();
      return bed.knock({ id, path: `/ocpp/${id}/` });
    },
    expected: '101',
  },
  {
    name: 'no subprotocol',
    observe: async (bed) => bed.knock({ id: await bed.newId(), protocols: [] }),
    expected: `400: no subprotocol offered: ${protocols}`,
  },
  {
    name: 'unknown subprotocol',
    observe: async (bed) => bed.knock({ id: await bed.newId(), protocols: ['ocpp9'] }),
    expected: `400: unknown subprotocol ocpp9: ${protocols}`,
  },
  {
    name: 'doubled subprotocol',
    async observe(bed) {
      const { specimen } = bed;
      const id = await bed.newId();
      const basic = Buffer.from(`${id}:${secretOf(id)}`).toString('base64');
      const headers = ['Sec-WebSocket-Protocol: ocpp1.6, ocpp1.6', `Authorization: Basic ${basic}`];
      return firstLine(specimen.port, upgradeOf(`/ocpp/${id}`, headers));
    },
    expected: '101',
  },
  {
    name: 'slow headers, unfinished upgrade',
    async observe({ specimen }) {
      const socket = connect(specimen.port, '127.0.0.1');
      let open = true;
      socket.once('close', () => (open = false)).on('error', () => undefined);
      socket.resume();
      socket.write('GET /ocpp/slow HTTP/1.1\r\nHost: x\r\n');
      return (await until(() => !open, 15_000)) ? 'given up' : 'still open';
    },
    expected: 'given up',
  },
  {
    name: '10,000 idle sockets',
    async observe(bed) {
      const sockets = Array.from({ length: 10_000 }, () => connect(bed.specimen.port, '127.0.0.1'));
      let closed = 0;
      for (const socket of sockets)
        socket
          .resume()
          .on('error', () => undefined)
          .once('close', () => closed++);
      const served = await bed.neighbourLives();
      const freed = await until(() => closed === sockets.length, 30_000);
      for (const socket of sockets) socket.destroy();
      return `${served ? 'others are served' : 'others wait'}, ${freed ? 'all are given up' : 'some stay'}`;
    },
    expected: 'others are served, all are given up',
  },
  {
    name: 'forged X-Forwarded-For',
    async observe(bed) {
      const { specimen } = bed;
      const id = await bed.newId();
      const headers = ['Sec-WebSocket-Protocol: ocpp1.6', 'X-Forwarded-For: 203.0.113.7'];
      await rawRequest(specimen.port, upgradeOf(`/ocpp/${id}`, headers));
      return String(specimen.server.refused().find(({ identity }) => identity === id)?.remoteAddress);
    },
    expected: '127.0.0.1',
  },
];

/** The status of an answer to a request that may be accepted: the socket then stays open. */
function firstLine(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return new Promise((resolve) => {
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().split(' ')[1] ?? '');
    });
  });
}
