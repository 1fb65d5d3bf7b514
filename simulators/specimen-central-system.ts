import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '#estate/clock.ts';
import { isoTime } from '#estate/units.ts';
import { z } from 'zod';

/** For tests: the other side of a charger. */

/** A call that a charger made. */
export interface HeardCall {
  identity: string;
  action: string;
  payload: Record<string, unknown>;
}

export type Reply = Record<string, unknown>;

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
  /** How it answers: a payload, `{ error }`, or null for silence. By default it accepts all. */
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

const ACCEPTED = { idTagInfo: { status: 'Accepted' }, idTokenInfo: { status: 'Accepted' } };

function acceptAll(): CentralSystem['answer'] {
  let lastTransaction = 100;
  return ({ action }) => {
    const currentTime = isoTime(systemClock.now());
    if (action === 'BootNotification') return { status: 'Accepted', currentTime, interval: 300 };
    if (action === 'Heartbeat') return { currentTime };
    if (action === 'StartTransaction') return { transactionId: ++lastTransaction, ...ACCEPTED };
    return action === 'Authorize' ? ACCEPTED : {};
  };
}

/** What is wrong with a payload by the schema of its version, or null. */
function faultOf(protocol: string, id: string, payload: unknown): string | null {
  try {
    validatorOf.get(protocol)?.validate(`urn:${id}`, payload);
    return null;
  } catch (error) {
    return `${id}: ${JSON.stringify(error instanceof Error && 'details' in error ? error.details : String(error))}`;
  }
}

export async function startCentralSystem(): Promise<CentralSystem> {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http });
  const connected = new Map<string, WebSocket>();
  const waiting = new Map<string, { action: string; settle: (payload: Record<string, unknown>) => void }>();
  const note = (fault: string | null) => void (fault !== null && central.faults.push(fault));
  let lastId = 0;

  const called = (socket: WebSocket, id: string, call: HeardCall) => {
    note(faultOf(socket.protocol, `${call.action}.req`, call.payload));
    central.heard.push(call);
    const reply = central.answer(call);
    if (reply === null) return;
    socket.send(JSON.stringify('error' in reply ? [4, id, reply['error'], '', {}] : [3, id, reply]));
  };
  const answered = (socket: WebSocket, id: string, answer: { payload: unknown; error: unknown }) => {
    const asked = waiting.get(id);
    if (answer.error === null) note(faultOf(socket.protocol, `${asked?.action}.conf`, answer.payload));
    asked?.settle(answer.error === null ? record.parse(answer.payload) : { error: answer.error });
  };
  sockets.on('connection', (socket, request) => {
    const identity = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    const credentials = Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString();
    central.handshakes.push({ identity, password: credentials.split(':')[1] ?? '', protocol: socket.protocol });
    connected.set(identity, socket);
    socket.on('message', (data: Buffer) => {
      const [type, id, first, second] = frame.parse(JSON.parse(data.toString()));
      if (type === 2) called(socket, String(id), { identity, action: String(first), payload: record.parse(second) });
      else answered(socket, String(id), { payload: first, error: type === 4 ? first : null });
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
      connected.get(identity)?.send(JSON.stringify([2, id, action, payload]));
      return new Promise((settle) => waiting.set(id, { action, settle }));
    },
    answer: acceptAll(),
    async [Symbol.asyncDispose]() {
      sockets.clients.forEach((each) => each.terminate());
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return central;
}
