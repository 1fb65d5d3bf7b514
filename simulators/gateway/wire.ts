import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import mqtt, { type MqttClient } from 'mqtt';
import { createReconnect } from '../reconnect.ts';
import type { Slots } from '../slots.ts';

/** A message as it goes over the wire: JSON, QoS 1. */
export interface Message {
  topic: string;
  payload: object;
  retain?: boolean;
}

/** A gateway's MQTT connection, which comes back by itself. `tick` drives it. */
export interface Wire {
  isOpen(): boolean;
  /** Resolves true once the broker has acknowledged, false when it cannot any more. */
  publish(message: Message): Promise<boolean>;
  subscribe(topics: string[]): void;
  start(): void;
  /** Says its last, and disconnects. */
  stop(last: Message): Promise<void>;
  /** Cuts the wire without a word; connects again after the delay. */
  cut(delayMs: number): void;
  tick(now: Millis): void;
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

export function createWire(deps: { ground: Ground; slots: Slots }, options: WireOptions, handlers: WireHandlers): Wire {
  const { log } = deps.ground;
  let client: MqttClient | null = null;
  const reconnect = createReconnect(deps, () => {
    const mine = connect(options, handlers.will());
    client = mine;
    mine.once('connect', () => {
      reconnect.opened();
      handlers.opened();
    });
    mine.on('message', (topic, payload) => handlers.received(topic, payload));
    mine.on('error', ({ message }) => log.debug({ gateway: options.id, message }, 'A gateway could not speak.'));
    mine.once('close', () => {
      client = null;
      reconnect.closed();
      // What was under way fails now; the next connection is a new one, with a last will of its own.
      mine.end(true);
    });
  });
  const publish = async ({ topic, payload, retain = false }: Message) => {
    if (!client?.connected) return false;
    try {
      await client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain });
      return true;
    } catch (error) {
      log.debug({ gateway: options.id, topic, error: messageOf(error) }, 'A gateway could not publish.');
      return false;
    }
  };
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
