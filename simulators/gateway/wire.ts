import { type Millis, SECOND } from '#estate/units.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { beginHandshake } from '../handshake.ts';
import type { Wires } from '../wires.ts';
import { createReconnect } from '../reconnect.ts';
import { createPublisher, type Message, type Publish } from './publisher.ts';
import { createGatewayInterferences, type GatewayInterference } from './interference.ts';

/** A gateway's MQTT connection, which comes back by itself. `tick` drives it. */
export interface Wire {
  isOpen(): boolean;
  publish: Publish;
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
  received(topic: string, payload: Uint8Array): void;
}

interface WireOptions {
  url: string;
  id: string;
  secret: string;
}

const KEEP_ALIVE_S = 60;
const CONNECT_TIMEOUT_MS = 20 * SECOND;

export function createWire(deps: Wires, options: WireOptions, handlers: WireHandlers): Wire {
  const { probe } = deps;
  const { log } = deps.ground;
  let client: MqttClient | null = null;
  const reconnect = createReconnect(deps, () => {
    const mine = connect(options, handlers.will());
    client = mine;
    const handshake = beginHandshake(probe, options.id);
    mine.once('connect', () => {
      handshake.opened();
      probe.standing(options.id, true);
      reconnect.opened();
      handlers.opened();
    });
    mine.on('message', (topic, payload) => handlers.received(topic, payload));
    mine.on('error', ({ message }) => {
      handshake.failed(message);
      log.debug({ gateway: options.id, message }, 'A gateway could not speak.');
    });
    mine.once('close', () => {
      if (handshake.closed()) probe.standing(options.id, false);
      client = null;
      reconnect.closed();
      // What was under way fails now; the next connection is a new one, with a last will of its own.
      mine.end(true);
    });
  });
  const interferences = createGatewayInterferences();
  const publish = createPublisher(
    { ground: deps.ground, probe, interferences },
    { id: options.id, client: () => client },
  );
  return {
    isOpen: () => client?.connected ?? false,
    publish,
    subscribe(topics) {
      client?.subscribe(topics, { qos: 1 }, (error) => {
        if (error) log.warn({ gateway: options.id, error: error.message }, 'A gateway may not hear its commands.');
      });
    },
    start: () => reconnect.start(),
    async stop(last) {
      reconnect.stop();
      if (client?.connected) await publish(last);
      client?.end();
    },
    cut(delayMs) {
      reconnect.within(delayMs);
      client?.stream.destroy();
    },
    tick: (now) => reconnect.tick(now),
    interfere: (interference) => interferences.add(interference),
    clockOffMs: (now) => interferences.clockOffMs(now),
  };
}

function connect({ url, id, secret }: WireOptions, will: Message): MqttClient {
  return mqtt.connect(url, {
    clientId: id,
    username: id,
    password: secret,
    clean: true,
    // We wait by our own clock.
    reconnectPeriod: 0,
    keepalive: KEEP_ALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    will: { topic: will.topic, payload: Buffer.from(JSON.stringify(will.payload)), qos: 1, retain: true },
  });
}
