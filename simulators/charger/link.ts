import type { Ground } from '#estate/ground.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { WebSocket } from 'ws';
import { openChargerSocket, type ChargerAddress } from '../charger-socket.ts';
import { createReconnect } from '../reconnect.ts';
import type { Slots } from '../slots.ts';
import { type Answer, type CallOutcome, createCalls } from './calls.ts';

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
  deps: { ground: Ground; slots: Slots },
  { identity, address }: { identity: string; address: () => ChargerAddress },
  handlers: LinkHandlers,
): Link {
  const { clock, log } = deps.ground;
  let socket: WebSocket | null = null;
  const isOpen = () => socket?.readyState === WebSocket.OPEN;
  const calls = createCalls(deps.ground, {
    isOpen,
    send: (text, sent) => socket?.send(text, () => sent?.()),
    called: (action, payload) => handlers.called(action, payload),
  });
  const reconnect = createReconnect(deps, () => {
    const mine = openChargerSocket(address());
    socket = mine;
    mine.once('open', () => {
      reconnect.opened();
      handlers.opened();
    });
    mine.on('message', (data: Buffer) => calls.receive(data.toString()));
    mine.on('error', ({ message }) => log.debug({ charger: identity, message }, 'A charger could not speak.'));
    mine.once('close', () => {
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
      if (!socket) return;
      const giveUp = clock.after(CLOSE_TIMEOUT_MS, () => socket?.terminate());
      await closed(socket);
      giveUp();
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

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    else socket.close(1000);
  });
}
