import { once } from 'node:events';
import { connect } from 'node:net';
import { text as read } from 'node:stream/consumers';
import { WebSocket, type ClientOptions } from 'ws';
import { createCharging, type Authority, type Charging, type Protocol } from '#charging/index.ts';
import { handClock, type HandClock } from '#estate/clock.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import type { Reading } from '#estate/sample.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { createJournal, type Journal } from '#storage/journal.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import type { Records } from '#storage/records.ts';
import { createSecretBox, type SecretBox } from '#storage/secrets.ts';
import { createOcppServer, type OcppServer, type OcppServerOptions, type TracedFrame } from './index.ts';

/** For tests: the whole front over real sockets and real stores in memory, and a bare WebSocket on the other side. */

/** Ten o'clock of a working day. */
export const TEN = Date.UTC(2026, 4, 18, 10);

export const SECRET = 's'.repeat(40);

export interface Specimen extends AsyncDisposable {
  server: OcppServer;
  charging: Charging;
  clock: HandClock;
  port: number;
  /** 0: there is none. */
  tlsPort: number;
  records: Records;
  secrets: SecretBox;
  journal: Journal;
  /** What was handed on as samples. */
  readings: Reading[];
  register(id: string, securityProfile?: number): Promise<void>;
  /** Registers a charger, if it is not, and connects it. */
  connect(id: string, protocol?: Protocol): Promise<Wire>;
  /** The trace of a charger, oldest first. */
  trace(charger: string): Promise<TracedFrame[]>;
  /** Stops the server, its clock running. */
  stop(): Promise<void>;
}

/** A server with the site `barolo`. */
export async function openServer(
  options: Partial<OcppServerOptions> = {},
  world: { authority?: Authority; startsAt?: Millis } = {},
): Promise<Specimen> {
  const { authority, startsAt = TEN } = world;
  const records = await inMemory('../storage/registry.ts', '../charging/records.ts');
  const journal = createJournal(await inMemory('../storage/journal.ts'));
  const clock = handClock(startsAt);
  const ground = { clock, random: seededRandom('ocpp'), log: silentLog };
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const charging = createCharging({ records, ground, ...(authority && { authority }) });
  const readings: Reading[] = [];
  const onReadings = async (some: Reading[]) => void readings.push(...some);
  const deps = { records, journal, secrets, charging, ground, onReadings };
  const server = createOcppServer(deps, { host: '127.0.0.1', port: 0, ...options });
  const { port, tlsPort } = await server.start();
  const site = { id: 'barolo', name: 'Barolo', latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  await records.run(putSite, site);

  const register = async (id: string, securityProfile = 1) => {
    const device = { id, site: 'barolo', type: CHARGING_STATION, synthetic: true };
    await records.run(putDevice, { ...device, securityProfile, secretMac: secrets.macOf(SECRET), at: TEN });
  };
  const specimen: Specimen = {
    server,
    charging,
    clock,
    port,
    tlsPort: tlsPort ?? 0,
    records,
    secrets,
    journal,
    readings,
    register,
    async connect(id, protocol = 'ocpp1.6') {
      await register(id);
      return openWire(port, { id, protocols: [protocol] });
    },
    async trace(charger) {
      const entries = await journal.recent('frames', { key: charger, limit: 1_000 });
      return entries.map(({ body }) => JSON.parse(body) as TracedFrame).toReversed();
    },
    async stop() {
      let stopped = false;
      const stopping = server.stop().finally(() => (stopped = true));
      while (!stopped) await clock.advance(SECOND);
      await stopping;
    },
    async [Symbol.asyncDispose]() {
      await specimen.stop();
      await records.close();
      await journal.close();
    },
  };
  return specimen;
}

function inMemory(...files: string[]): Promise<Records> {
  return openSqliteRecords({ file: ':memory:', modules: files.map((file) => new URL(file, import.meta.url).href) });
}

/** A WebSocket as a charger holds it, without any manners of its own. */
export interface Wire {
  socket: WebSocket;
  send(frame: string): void;
  /** Sends a call and waits for the answer to it. */
  call(action: string, payload: unknown, id?: string): Promise<unknown[]>;
  /** The next frame that was not taken yet. */
  next(): Promise<unknown[]>;
  closed: Promise<number>;
}

export interface Dial {
  id: string;
  protocols?: string[];
  /** The header for them, as no proper client would send it. */
  header?: string;
  user?: string;
  secret?: string | Buffer | null;
  path?: string;
  autoPong?: boolean;
  /** With it the wire is behind TLS. */
  tls?: ClientOptions & { servername?: string };
}

/** Connects; rejects with the HTTP status when it is turned away. */
export async function openWire(port: number, dial: Dial): Promise<Wire> {
  const { id, protocols = ['ocpp1.6'], user = id, secret = SECRET, path = `/ocpp/${encodeURIComponent(id)}` } = dial;
  const { autoPong = true, header, tls } = dial;
  const pair = Buffer.concat([Buffer.from(`${user}:`), Buffer.from(secret ?? '')]).toString('base64');
  const headers: Record<string, string> = secret === null ? {} : { authorization: `Basic ${pair}` };
  if (header !== undefined) headers['sec-websocket-protocol'] = header;
  const offered = header === undefined ? protocols : [];
  const socket = new WebSocket(`${tls ? 'wss' : 'ws'}://127.0.0.1:${port}${path}`, offered, {
    headers,
    autoPong,
    ...tls,
  });
  const frames: unknown[][] = [];
  const waiting: ((frame: unknown[]) => void)[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as unknown[];
    const first = waiting.shift();
    if (first) first(frame);
    else frames.push(frame);
  });
  const closed = new Promise<number>((resolve) => void socket.once('close', resolve));
  socket.on('error', () => null);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      reject(new Error(String(response.statusCode)));
    });
    socket.once('close', () => reject(new Error('closed')));
  });
  const next = () => {
    const frame = frames.shift();
    return frame ? Promise.resolve(frame) : new Promise<unknown[]>((resolve) => void waiting.push(resolve));
  };
  let calls = 0;
  return {
    socket,
    send: (frame) => socket.send(frame),
    next,
    call(action, payload, callId = `c${++calls}`) {
      socket.send(JSON.stringify([2, callId, action, payload]));
      return next();
    },
    closed,
  };
}

/** Sends raw bytes to the port and resolves with all that comes back before the socket closes. */
export async function rawRequest(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  await once(socket, 'connect');
  socket.write(bytes);
  return read(socket);
}

/** The bytes of an upgrade request for a path. */
export function upgradeOf(path: string, headers: readonly string[] = []): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}
