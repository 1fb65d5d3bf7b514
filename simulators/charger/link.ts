import type { Clock } from '#estate/clock.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { WebSocket } from 'ws';
import { openChargerSocket, type ChargerAddress } from '../charger-socket.ts';
import { createReconnect } from '../reconnect.ts';
import { beginHandshake } from '../handshake.ts';
import type { Wires } from '../wires.ts';
import { type Answer, type CallOutcome, createCalls } from './calls.ts';
import type { Interferences } from './interference.ts';

/** A charger's WebSocket, which comes back by itself after a cut. `tick` drives it: it keeps no timer. */
export interface Link {
  isOpen(): boolean;
  call(action: string, payload: unknown): Promise<CallOutcome>;
  /** Connects, and again after each cut. */
  start(): void;
  /** Closes, and stays closed until the next start. Resolves once the wire is down. */
  stop(): Promise<void>;
  /** Closes, or cuts the wire without a word as a power failure does; connects again after the delay. */
  restart(how: 'close' | 'cut', delayMs: number): void;
  tick(now: Millis): void;
}

export interface LinkHandlers {
  opened(): void;
  closed(): void;
  called(action: string, payload: unknown): Answer;
}

const CLOSE_TIMEOUT_MS = SECOND;

export function createLink(
  deps: Wires,
  options: { identity: string; address: () => ChargerAddress; interferences: Interferences },
  handlers: LinkHandlers,
): Link {
  const { clock, log } = deps.ground;
  const { identity, interferences } = options;
  let socket: WebSocket | null = null;
  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const calls = createCalls(
    deps.ground,
    {
      isOpen,
      send: (frame, sent) => socket?.send(frame, { binary: false }, () => sent?.()),
      called: (action, payload) => handlers.called(action, payload),
    },
    { identity, probe: deps.probe, interferences },
  );
  const reconnect = createReconnect(deps, () => {
    const mine = openChargerSocket(options.address());
    const handshake = beginHandshake(deps.probe, identity);
    socket = mine;
    mine.once('open', () => {
      handshake.opened();
      reconnect.opened();
      handlers.opened();
    });
    mine.on('message', (data: Buffer) => calls.receive(data.toString()));
    mine.on('error', ({ message }) => {
      handshake.failed(message);
      log.debug({ charger: identity, message }, 'A charger could not speak.');
    });
    mine.once('close', () => {
      handshake.closed();
      socket = null;
      reconnect.closed();
      calls.lose();
      handlers.closed();
    });
  });
  return {
    isOpen,
    call: (action, payload) => calls.call(action, payload),
    start: () => reconnect.start(),
    async stop() {
      reconnect.stop();
      if (socket) await closed(socket, clock);
    },
    restart(how, delayMs) {
      reconnect.within(delayMs);
      if (how === 'cut') socket?.terminate();
      else socket?.close(1000);
    },
    tick(now) {
      reconnect.tick(now);
      if (calls.overdue(now)) socket?.terminate();
    },
  };
}

/** Closes; who does not answer in time is cut. */
function closed(socket: WebSocket, clock: Clock): Promise<void> {
  const giveUp = clock.after(CLOSE_TIMEOUT_MS, () => socket.terminate());
  return new Promise((resolve) => {
    socket.once('close', () => {
      giveUp();
      resolve();
    });
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(1000);
  });
}
