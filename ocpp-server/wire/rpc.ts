import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { WebSocket } from 'ws';

/**
 * The one file that knows ocpp-rpc's server. The library upgrades vetted requests, frames our calls, matches answers to them, and
 * pings. It trusts what it is given, so each inbound frame passes our gate first, and calls are answered there: the
 * library would parse them a second time.
 */

/** A charger's socket. */
export interface Peer {
  /** Resolves with what came of the call; never rejects. Aborted, it waits for the answer no longer. */
  call(action: string, payload: object, signal: AbortSignal): Promise<Answer>;
  /** Hands the answer to a call of ours on to the library. */
  pass(answer: string): void;
  /** Ends the pings at the interval for all. */
  stopPings(): void;
  /** Sends a ping; false, and none is sent, while the one before is unanswered. */
  ping(): boolean;
  /** Sends a raw frame, if the socket is still open. */
  send(frame: string): void;
  /** Reads no more from the socket, so that the charger's side fills up; until `resume`. */
  hold(): void;
  resume(): void;
  isOpen(): boolean;
  /** Bytes that wait because the charger does not read. */
  unsent(): number;
  close(code: number, reason: string): void;
  terminate(): void;
}

export type Answer =
  | { kind: 'result'; payload: unknown }
  | { kind: 'error'; code: string; description: string; details: unknown }
  | { kind: 'lost' };

/** What a charger's socket brings. */
export interface PeerListener {
  /** A frame arrived; the library does not see it unless it is passed on. */
  onFrame(frame: string): void;
  /** A frame left. */
  onSent(frame: string): void;
  onClose(code: number): void;
}

export interface RpcOptions {
  pingIntervalMs: number;
  /** Largest frame, bytes; a larger one closes its socket (1009). */
  maxFrameBytes: number;
}

/** Carries the connections of all chargers. `Ticket` is what the handshake knows of one. */
export interface Rpc<Ticket> {
  /** Completes the upgrade of a request that was vetted. */
  upgrade(request: IncomingMessage, socket: Socket, admitted: { head: Buffer; ticket: Ticket }): Promise<void>;
  close(): Promise<void>;
}

/** ocpp-rpc's connection, as far as it is used here. */
interface Client {
  handshake: { request: IncomingMessage };
  call(action: string, payload: object, options: { signal: AbortSignal }): Promise<unknown>;
  sendRaw(frame: string): void;
  reconfigure(options: { pingIntervalMs: number }): void;
  close(how: { code?: number; reason?: string; force?: boolean }): Promise<unknown>;
  on(event: 'message', listener: (message: { message: string; outbound: boolean }) => void): void;
  on(event: 'close', listener: (closed: { code: number }) => void): void;
  on(event: 'socketError', listener: (error: unknown) => void): void;
  /** The socket; private in the library, which hands it out nowhere. */
  readonly _ws?: unknown;
}

/** The library's socket with our gate in it; a class, because `ws` asks for one. */
class GatedSocket extends WebSocket {
  gate: ((frame: string) => void) | null = null;

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event !== 'message' || this.gate === null) return super.emit(event, ...values);
    // The library passes over empty frames, but puts off its ping for them.
    super.emit('message', '', false);
    this.gate(String(values[0]));
    return true;
  }

  pass(frame: string): void {
    super.emit('message', frame, false);
  }
}

/**
 * @param join is told of each connection that stands, with its ticket; what it returns hears of it from then on.
 * @param onError hears of what went wrong with one socket; none of it concerns another.
 */
export function createRpc<Ticket extends { subprotocol: string | null }>(
  deps: { join: (peer: Peer, ticket: Ticket) => PeerListener; onError: (error: unknown) => void },
  options: RpcOptions,
): Rpc<Ticket> {
  const tickets = new WeakMap<IncomingMessage, Ticket>();
  const server = new RPCServer({
    protocols: ['ocpp2.0.1', 'ocpp1.6'],
    pingIntervalMs: options.pingIntervalMs,
    deferPingsOnActivity: true,
    // Calls have deadlines of our own.
    callTimeoutMs: 0,
    wssOptions: {
      maxPayload: options.maxFrameBytes,
      perMessageDeflate: false,
      clientTracking: false,
      // ws declares its class once for `import` and once for `require`; it is one class.
      WebSocket: GatedSocket as never,
    },
  });
  server.on('error', deps.onError);
  server.auth((accept, reject, { request }) => {
    const ticket = tickets.get(request);
    if (ticket) accept({}, ticket.subprotocol ?? false);
    else reject(401, 'Unauthorized');
  });
  server.on('client', (client: Client) => {
    const ticket = tickets.get(client.handshake.request);
    const socket = client._ws;
    if (!ticket || !(socket instanceof GatedSocket)) return void client.close({ force: true });
    const peer = peerOf(client, socket, deps.onError);
    const listener = deps.join(peer, ticket);
    socket.gate = (frame) => listener.onFrame(frame);
    client.on('message', ({ message, outbound }) => outbound && listener.onSent(message));
    client.on('close', ({ code }) => listener.onClose(code));
    client.on('socketError', deps.onError);
  });
  return {
    async upgrade(request, socket, { head, ticket }) {
      tickets.set(request, ticket);
      await server.handleUpgrade(request, socket, head);
    },
    close: () => server.close({ code: 1001 }),
  };
}

function peerOf(client: Client, socket: GatedSocket, onError: (error: unknown) => void): Peer {
  let isUnanswered = false;
  return {
    async call(action, payload, signal) {
      try {
        return { kind: 'result', payload: await client.call(action, payload, { signal }) };
      } catch (error) {
        if (!(error instanceof Error) || !('rpcErrorCode' in error)) return { kind: 'lost' };
        const details = 'details' in error ? error.details : {};
        return { kind: 'error', code: String(error.rpcErrorCode), description: error.message, details };
      }
    },
    pass: (frame) => socket.pass(frame),
    stopPings: () => client.reconfigure({ pingIntervalMs: 0 }),
    ping() {
      if (isUnanswered || socket.readyState !== WebSocket.OPEN) return false;
      isUnanswered = true;
      socket.once('pong', () => (isUnanswered = false)).ping();
      return true;
    },
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) client.sendRaw(frame);
    },
    hold: () => socket.pause(),
    resume: () => socket.resume(),
    isOpen: () => socket.readyState === WebSocket.OPEN,
    unsent: () => socket.bufferedAmount,
    close: (code, reason) => void client.close({ code, reason }).catch(onError),
    // The library would do nothing while a closing handshake is under way.
    terminate: () => socket.terminate(),
  };
}
