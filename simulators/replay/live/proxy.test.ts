import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { handClock } from '#estate/clock.ts';
import type { TraceLine } from '../trace.ts';
import { createOcppEar } from './ocpp-ear.ts';
import { openProxy, type Proxy } from './proxy.ts';
import { createFrameReader } from './websocket-frames.ts';

const clock = handClock(Date.UTC(2026, 4, 18, 10));
const portOf = (address: AddressInfo | string | null) => (typeof address === 'object' && address ? address.port : 0);

let lines: TraceLine[];
let platform: WebSocketServer;
let proxy: Proxy;
let secretShown: string | undefined;
let room = () => Promise.resolve();

beforeEach(async () => {
  lines = [];
  room = () => Promise.resolve();
  platform = new WebSocketServer({
    port: 0,
    perMessageDeflate: true,
    verifyClient: ({ req }: { req: IncomingMessage }) => {
      secretShown = req.headers.authorization;
      return req.url !== '/ocpp/STRANGER';
    },
  });
  await once(platform, 'listening');
  const writer = { write: (line: TraceLine) => void lines.push(line), room: () => room() };
  let connection = 0;
  proxy = await openProxy(
    { writer, listen: () => createOcppEar({ clock, writer, connection: ++connection }) },
    { host: '127.0.0.1', port: 0, upstream: { host: '127.0.0.1', port: portOf(platform.address()), security: null } },
  );
});
afterEach(async () => {
  await proxy.close();
  platform.close();
});

const charger = (identity: string) =>
  new WebSocket(`ws://127.0.0.1:${proxy.port}/ocpp/${encodeURIComponent(identity)}`, ['ocpp1.6'], {
    headers: { authorization: 'Basic c2VjcmV0' },
    perMessageDeflate: true,
  });
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000 });
const saidBy = (direction: 'in' | 'out') =>
  lines.flatMap((line) => (line.kind === 'frame' && line.direction === direction ? [line.frame] : []));

describe('a recording proxy', () => {
  it('passes on handshake, messages of any size, pings and close codes, and writes what was said', async () => {
    const joined = once(platform, 'connection');
    const socket = charger('CP*1');
    await once(socket, 'open');
    const [server]: WebSocket[] = await joined;
    expect(secretShown).toBe('Basic c2VjcmV0');
    expect([socket.protocol, socket.extensions]).toEqual(['ocpp1.6', '']);

    const pongs: Buffer[] = [];
    socket.on('pong', (data) => pongs.push(data));
    const sizes = [0, 1, 125, 126, 65_535, 65_536, 300_000];
    const heard: string[] = [];
    server?.on('message', (data: Buffer) => {
      heard.push(data.toString());
      server.send(`re ${data.length}`);
    });
    sizes.forEach((size) => socket.send('é'.repeat(size)));
    socket.send('first ', { fin: false });
    socket.ping('how do you do');
    socket.send('and last', { fin: true });
    socket.send(Buffer.from([1, 2]));
    await eventually(() => expect(heard).toHaveLength(sizes.length + 2));
    await eventually(() => expect(pongs.map(String)).toEqual(['how do you do']));
    await eventually(() => expect(saidBy('out')).toHaveLength(sizes.length + 2));
    expect(saidBy('in').slice(0, -1)).toEqual(heard.slice(0, -1));
    expect(saidBy('in').at(-2)).toBe('first and last');
    expect(lines).toContainEqual(expect.objectContaining({ frame: 'AQI=', binary: true }));

    const closed = once(socket, 'close');
    server?.close(4001, 'enough');
    expect(await closed).toMatchObject([4001, Buffer.from('enough')]);
    await eventually(() => expect(lines.at(-1)).toMatchObject({ event: 'closed', code: 4001, clean: true }));
    expect(lines[0]).toMatchObject({ kind: 'link', peer: 'CP*1', event: 'opened', connection: 1 });
    expect(JSON.stringify(lines)).not.toContain('c2VjcmV0');
  });

  it('passes on refusals, and cuts as cuts', async () => {
    const refused = charger('STRANGER');
    const [error]: Error[] = await once(refused, 'error');
    expect(error?.message).toContain('401');
    await eventually(() => expect(lines).toMatchObject([{ peer: 'STRANGER', event: 'refused', code: 401 }]));

    const joined = once(platform, 'connection');
    const socket = charger('CP-1');
    await once(socket, 'open');
    const [server]: WebSocket[] = await joined;
    const codes: number[] = [];
    server?.on('close', (code) => codes.push(code));
    socket.terminate();
    await eventually(() => expect(codes).toEqual([1006]));
    await eventually(() => expect(lines.at(-1)).toMatchObject({ event: 'closed', clean: false }));
  });

  it('holds the field up while the disk is behind, and loses nothing', async () => {
    const joined = once(platform, 'connection');
    const socket = charger('CP-1');
    await once(socket, 'open');
    const [server]: WebSocket[] = await joined;
    const heard: string[] = [];
    server?.on('message', (data: Buffer) => heard.push(data.toString().slice(0, 8)));
    const disk = Promise.withResolvers<void>();
    room = () => disk.promise;
    const said = Array.from({ length: 400 }, (_, n) => String(n).padStart(8, '0'));
    for (const one of said) socket.send(one.padEnd(50_000));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(heard).toEqual([]);
    expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
    disk.resolve();
    await eventually(() => expect(heard).toEqual(said));
  });

  it('ends the connection of a charger when the platform is not there', async () => {
    const nobody = createServer();
    nobody.listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const port = portOf(nobody.address());
    nobody.close();
    const writer = { write: () => {}, room };
    const lonely = await openProxy(
      { writer, listen: () => createOcppEar({ clock, writer, connection: 1 }) },
      { host: '127.0.0.1', port: 0, upstream: { host: '127.0.0.1', port, security: null } },
    );
    const socket: Socket = connect(lonely.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', () => resolve('closed')));
    socket.on('error', () => {});
    expect(await closed).toBe('closed');
    await lonely.close();
  });
});

describe('who reads along with a WebSocket', () => {
  it.each([
    ['a reserved bit', [0xc1, 0x00]],
    ['an unknown opcode', [0x83, 0x00]],
    ['a message without end', [0x82, 0x7f, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('gives up at %s', (_, bytes) => {
    const listener = { message: vi.fn<() => void>(), closing: vi.fn<() => void>(), unreadable: vi.fn<() => void>() };
    const read = createFrameReader(listener);
    read(Buffer.from(bytes));
    read(Buffer.from([0x81, 0x01, 0x61]));
    expect(listener.unreadable).toHaveBeenCalledOnce();
    expect(listener.message).not.toHaveBeenCalled();
  });

  it('hears the same however the bytes are cut', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x01, 0x02, 0x61, 0x62]),
      Buffer.from([0x80, 0x01, 0x63]),
      Buffer.from([0x88, 0x02, 0x03, 0xe8]),
    ]);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const heard: unknown[] = [];
      const read = createFrameReader({
        message: (data) => heard.push(data.toString()),
        closing: (code) => heard.push(code),
        unreadable: () => heard.push('unreadable'),
      });
      read(bytes.subarray(0, cut));
      read(bytes.subarray(cut));
      expect(heard).toEqual(['abc', 1000]);
    }
  });
});
