import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handClock, systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { until } from '../../specimens.ts';
import { type Lane, openLane } from './lane.ts';

let server: Server;
let target: { host: string; port: number };
let served: Socket[];
/** What came in at the server, and in which pieces. */
let heard: Buffer[];
let lane: Lane;
let clients: Socket[];

beforeEach(async () => {
  [served, heard, clients] = [[], [], []];
  server = createServer({ noDelay: true }, (socket) => {
    served.push(socket);
    socket.on('error', () => undefined);
    socket.on('data', (data: Buffer) => {
      heard.push(data);
      socket.write(data);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  lane = await openLane({ clock: systemClock, random: seededRandom('lane') }, target);
});
afterEach(async () => {
  for (const each of [...clients, ...served]) each.destroy();
  await lane[Symbol.asyncDispose]();
  server.close();
});

interface Client {
  socket: Socket;
  /** All that came back so far. */
  text(): string;
  /** How it ended: the error's code, or `closed`; null: it has not. */
  end(): string | null;
}

async function dial(port = lane.port): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  clients.push(socket);
  let [text, end, failure]: [string, string | null, string | null] = ['', null, null];
  socket.on('data', (data) => (text += data.toString('latin1')));
  socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code ?? error.message));
  socket.on('close', () => (end = failure ?? 'closed'));
  await once(socket, 'connect').catch(() => undefined);
  return { socket, text: () => text, end: () => end };
}

/** How long an echo takes, ms; one that never comes fails the test. */
async function echoMs(client: Client, said: string): Promise<number> {
  const [before, startedAt] = [client.text().length, performance.now()];
  client.socket.write(said);
  await until(() => client.text().length >= before + said.length, `${said.length} bytes came back`);
  return performance.now() - startedAt;
}
/** Whether an echo comes back sooner than that: on a busy machine one of some. */
async function comesWithin(client: Client, limitMs: number): Promise<boolean> {
  for (let tries = 0; tries < 20; tries++) if ((await echoMs(client, 'quick')) < limitMs) return true;
  return false;
}
const bytesHeard = () => Buffer.concat(heard).toString('latin1');

describe('a lane', () => {
  it('passes bytes on untouched both ways, and the end of the connection', async () => {
    const client = await dial();
    const all = Array.from({ length: 20_000 }, (_, n) => String.fromCharCode(n % 256)).join('');
    client.socket.write(Buffer.from(all, 'latin1'));
    await until(() => client.text().length === all.length, 'all came back');
    expect([client.text() === all, bytesHeard() === all]).toEqual([true, true]);
    client.socket.end();
    await until(() => client.end() !== null && lane.connections() === 0, 'it ended');
    expect(client.end()).toBe('closed');
  });

  it('is late by its latency, both ways, also for a connection that lives', async () => {
    const client = await dial();
    expect(await comesWithin(client, 400)).toBe(true);
    const end = lane.impose({ latencyMs: 250 });
    expect(await echoMs(client, 'slow')).toBeGreaterThanOrEqual(499);
    end();
    expect(await comesWithin(client, 400)).toBe(true);
  });

  it('adds jitter, and yet keeps the order', async () => {
    const client = await dial();
    lane.impose({ jitterMs: 30 });
    for (let n = 0; n < 60; n++) {
      client.socket.write(String(n % 10));
      await wait(1);
    }
    await until(() => client.text().length === 60, 'all came back');
    expect(client.text()).toBe('0123456789'.repeat(6));
  });

  it('carries so many bytes a second', async () => {
    const client = await dial();
    lane.impose({ bytesPerS: 20_000 });
    // 4,000 bytes need a fifth of a second there; the way back begins when they have arrived.
    expect(await echoMs(client, 'x'.repeat(4_000))).toBeGreaterThanOrEqual(380);
  });

  it('cuts what is connected and refuses who comes, while it is down', async () => {
    const client = await dial();
    await echoMs(client, 'x');
    const end = lane.impose({ down: true });
    await until(() => client.end() !== null, 'it was cut');
    const another = await dial();
    await until(() => another.end() !== null, 'it was refused');
    expect([client.end(), another.end(), served.length]).toEqual(['ECONNRESET', 'ECONNRESET', 1]);
    end();
    await echoMs(await dial(), 'back');
  });

  it('swallows bytes both ways while it is half-open, keeps the sockets, and gives them up afterwards', async () => {
    const client = await dial();
    const idle = await dial();
    await echoMs(client, 'x');
    await echoMs(idle, 'x');
    const end = lane.impose({ halfOpen: true });
    client.socket.write('lost');
    served[0]?.write('lost, too');
    await wait(60);
    expect([client.text(), bytesHeard(), client.end(), served[0]?.destroyed]).toEqual(['x', 'xx', null, false]);
    end();
    await until(() => client.end() !== null, 'what lost bytes is of no use');
    await echoMs(idle, 'y');
  });

  it('keeps from the server that a client is gone while it is half-open', async () => {
    const client = await dial();
    await echoMs(client, 'x');
    const end = lane.impose({ halfOpen: true });
    client.socket.resetAndDestroy();
    await wait(60);
    expect(served[0]?.destroyed).toBe(false);
    end();
    await until(() => served[0]?.destroyed ?? false, 'the server hears of it');
  });

  it('resets what is connected now', async () => {
    const client = await dial();
    await echoMs(client, 'x');
    lane.reset();
    await until(() => client.end() !== null, 'it was reset');
    expect(client.end()).toBe('ECONNRESET');
    await echoMs(await dial(), 'again');
  });

  it('resets a connection after so many bytes, inside of what it says', async () => {
    lane.impose({ resetAfterBytes: 10, latencyMs: 10 });
    const client = await dial();
    client.socket.write('0123456789ABCDEF');
    await until(() => client.end() !== null, 'it was reset');
    expect([bytesHeard(), client.end()]).toEqual(['0123456789', 'ECONNRESET']);
  });

  it('cuts everything into tiny pieces, each after a gap of its own', async () => {
    const clock = handClock(0);
    await using slow = await openLane({ clock, random: seededRandom('lane') }, target);
    slow.impose({ sliceBytes: 4, sliceGapMs: 2 });
    const client = await dial(slow.port);
    client.socket.write('abcdefghijkl');
    for (const soFar of ['abcd', 'abcdefgh', 'abcdefghijkl']) {
      await until(() => bytesHeard() === soFar, `the server has heard "${soFar}"`);
      await wait(20);
      expect(bytesHeard()).toBe(soFar);
      await clock.advance(2);
    }
  });

  it('combines conditions, and takes back each by itself', async () => {
    const client = await dial();
    const [first, second] = [lane.impose({ latencyMs: 200 }), lane.impose({ latencyMs: 250 })];
    expect(await echoMs(client, 'both')).toBeGreaterThanOrEqual(899);
    first();
    first();
    expect(await echoMs(client, 'one')).toBeGreaterThanOrEqual(499);
    expect(await comesWithin(client, 880)).toBe(true);
    second();
    expect(await comesWithin(client, 400)).toBe(true);
  });

  it('makes a sender wait that is faster than the lane', async () => {
    const client = await dial();
    lane.impose({ bytesPerS: 100_000 });
    client.socket.write(Buffer.alloc(64_000_000));
    await wait(100);
    expect(client.socket.writableLength).toBeGreaterThan(0);
  });

  it('leaves nothing behind when it is closed', async () => {
    const client = await dial();
    await echoMs(client, 'x');
    lane.impose({ latencyMs: 10_000 });
    client.socket.write('on its way');
    await wait(10);
    await lane[Symbol.asyncDispose]();
    await until(() => client.end() !== null && (served[0]?.destroyed ?? false), 'both sides are closed');
    expect(lane.connections()).toBe(0);
    const refused = await dial();
    await until(() => refused.end() !== null, 'nobody listens');
    expect(refused.end()).toBe('ECONNREFUSED');
  });
});
