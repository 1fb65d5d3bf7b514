import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

/** A call that a charger made. */
export interface HeardCall {
  identity: string;
  action: string;
  payload: Record<string, unknown>;
}

export type Reply = Record<string, unknown> | { error: string };

/** As much of a central system as a test of a charger needs: it checks each frame against OCPP's schemas and keeps it. */
export interface CentralSystem extends AsyncDisposable {
  url: string;
  heard: HeardCall[];
  /** What was wrong with frames, by OCPP's own schemas. */
  faults: string[];
  /** Handshakes: identity, password, subprotocols offered. */
  handshakes: { identity: string; password: string; protocol: string }[];
  calls(action: string): HeardCall[];
  /** Calls a charger and gives its answer: a payload, or `{ error }`. */
  call(identity: string, action: string, payload: object): Promise<Record<string, unknown>>;
  /** Cuts all wires. */
  cut(): void;
  /** How it answers; by default it accepts. */
  answer: (call: HeardCall) => Reply | null;
}

interface Validator {
  validate(schemaId: string, params: unknown): void;
}

const validatorOf = new Map(
  z
    .array(z.custom<Validator & { subprotocol: string }>())
    .parse(createRequire(import.meta.url)('ocpp-rpc/lib/standard-validators.js'))
    .map((each) => [each.subprotocol, each] as const),
);

const frame = z.array(z.unknown()).min(2);
const record = z.record(z.string(), z.unknown());

export async function startCentralSystem(): Promise<CentralSystem> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const connected = new Map<string, WebSocket>();
  const waiting = new Map<string, (payload: Record<string, unknown>) => void>();
  let lastId = 0;
  let lastTransaction = 100;

  const accept = ({ action }: HeardCall): Reply => {
    const now = new Date().toISOString();
    if (action === 'BootNotification') return { status: 'Accepted', currentTime: now, interval: 300 };
    if (action === 'Heartbeat') return { currentTime: now };
    if (action === 'StartTransaction') return { transactionId: ++lastTransaction, idTagInfo: { status: 'Accepted' } };
    return action === 'Authorize' ? { idTagInfo: { status: 'Accepted' }, idTokenInfo: { status: 'Accepted' } } : {};
  };
  const check = (protocol: string, id: string, payload: unknown) => {
    try {
      validatorOf.get(protocol)?.validate(`urn:${id}`, payload);
    } catch (error) {
      central.faults.push(
        `${id}: ${JSON.stringify(error instanceof Error && 'details' in error ? error.details : error)}`,
      );
    }
  };
  const asked = new Map<string, string>();
  sockets.on('connection', (socket, request) => {
    const identity = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    const [, password = ''] = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64')
      .toString()
      .split(':');
    central.handshakes.push({ identity, password, protocol: socket.protocol });
    connected.set(identity, socket);
    socket.on('message', (data: Buffer) => {
      const [type, id, ...rest] = frame.parse(JSON.parse(data.toString()));
      if (type === 2) {
        const call = { identity, action: String(rest[0]), payload: record.parse(rest[1]) };
        check(socket.protocol, `${call.action}.req`, call.payload);
        central.heard.push(call);
        const reply = central.answer(call);
        if (reply === null) return;
        if ('error' in reply) socket.send(JSON.stringify([4, id, reply['error'], '', {}]));
        else socket.send(JSON.stringify([3, id, reply]));
      } else {
        if (type === 3) check(socket.protocol, `${asked.get(String(id))}.conf`, rest[0]);
        waiting.get(String(id))?.(type === 3 ? record.parse(rest[0]) : { error: rest[0] });
      }
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));

  const central: CentralSystem = {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ocpp`,
    heard: [],
    faults: [],
    handshakes: [],
    calls: (action) => central.heard.filter((each) => each.action === action),
    call(identity, action, payload) {
      const id = String(++lastId);
      asked.set(id, action);
      connected.get(identity)?.send(JSON.stringify([2, id, action, payload]));
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    cut: () => sockets.clients.forEach((each) => each.terminate()),
    answer: accept,
    async [Symbol.asyncDispose]() {
      sockets.clients.forEach((each) => each.terminate());
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return central;
}
