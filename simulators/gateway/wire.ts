import type { Millis } from '#estate/units.ts';
import { beginHandshake } from '../handshake.ts';
import type { Wires } from '../wires.ts';
import { createReconnect } from '../reconnect.ts';
import { cut, end, type Message, openConnection, subscribe } from './connection.ts';
import { say, type Speaker } from './publisher.ts';
import { clockOff, type GatewayInterference } from './interference.ts';

/** A gateway's MQTT connection, which comes back by itself. `tick` drives it. */
export interface Wire {
  isOpen(): boolean;
  /** Resolves true once the broker has acknowledged the message, false when it cannot any more. */
  publish(message: Message): Promise<boolean>;
  subscribe(topics: string[]): void;
  start(): void;
  /** Says its last, and disconnects. */
  stop(last: Message): Promise<void>;
  /** Cuts the wire without a word; connects again after the delay. */
  cut(delayMs: number): void;
  tick(now: Millis): void;
  /** Changes how it speaks, until the returned function is called. */
  interfere(interference: GatewayInterference): () => void;
  /** What its clock shows beyond the true time, ms. */
  clockOffMs(now: Millis): number;
}

export interface WireHandlers {
  /** The last will of the connection that is about to be made. */
  will(): Message;
  opened(): void;
  received: (topic: string, payload: Uint8Array) => void;
}

interface WireOptions {
  url: string;
  id: string;
  secret: string;
}

export function createWire(deps: Wires, options: WireOptions, handlers: WireHandlers): Wire {
  const { ground, probe } = deps;
  const { id } = options;
  const speaker: Speaker = { id, clock: ground.clock, probe, connection: null, interferences: [] };
  const reconnect = createReconnect(deps, () => {
    const handshake = beginHandshake(probe, id);
    speaker.connection = openConnection(
      { ...options, will: handlers.will() },
      {
        opened() {
          handshake.opened();
          probe.standing(id, true);
          reconnect.opened();
          handlers.opened();
        },
        received: handlers.received,
        unheard: () => ground.log.warn({ gateway: id }, 'A gateway may not hear its commands.'),
        failed(message) {
          handshake.failed(message);
          ground.log.debug({ gateway: id, message }, 'A gateway could not speak.');
        },
        closed() {
          if (handshake.closed()) probe.standing(id, false);
          speaker.connection = null;
          reconnect.closed();
        },
      },
    );
  });
  return {
    isOpen: () => speaker.connection?.isOpen ?? false,
    publish: (message) => say(speaker, message),
    subscribe(topics) {
      if (speaker.connection) subscribe(speaker.connection, topics);
    },
    start: () => reconnect.start(),
    async stop(last) {
      reconnect.stop();
      if (speaker.connection?.isOpen) await say(speaker, last);
      if (speaker.connection) end(speaker.connection);
    },
    cut(delayMs) {
      reconnect.within(delayMs);
      if (speaker.connection) cut(speaker.connection);
    },
    tick: (now) => reconnect.tick(now),
    interfere(interference) {
      speaker.interferences = [...speaker.interferences, interference];
      return () => void (speaker.interferences = speaker.interferences.filter((each) => each !== interference));
    },
    clockOffMs: (now) => clockOff(speaker.interferences, now),
  };
}
