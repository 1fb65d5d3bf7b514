import type { IClientPublishOptions, IPublishPacket, MqttClient } from 'mqtt';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { addressOf, type Dialect } from '../dialects/dialect.ts';
import type { Broker, BrokerEvents } from './broker.ts';
import { joinSession, type JoinedSession, type SessionOptions } from './external-session.ts';
import { tlsRemedyFor } from './external-tls.ts';

interface ExternalDeps {
  ground: Ground;
  events: BrokerEvents;
}

/**
 * An MQTT broker outside (mosquitto, EMQX, VerneMQ, NATS), joined with a persistent session: what arrives while we are
 * away waits there. It must know its devices and hold each to its own topics; we believe what it passes on.
 */
export function createExternalBroker(deps: ExternalDeps, options: SessionOptions): Broker {
  const { ground, events } = deps;
  let session: JoinedSession | null = null;

  return {
    async start() {
      const prepare = (client: MqttClient) => {
        client.handleMessage = acknowledgeLater(client, deps, options.dialects);
      };
      try {
        session = await joinSession({ ground, prepare, ready: () => events.ready() }, options);
      } catch (error) {
        throw new PolisError(
          'unavailable',
          `The MQTT broker ${hostOf(options.url)} cannot be used (${messageOf(error)}); ${tlsRemedyFor(error) ?? 'start it, or leave the setting out to use the embedded one'}.`,
          { cause: error },
        );
      }
      return { port: 0, tlsPort: null, webSocketPort: null, webSocketTlsPort: null };
    },
    async stop() {
      // At once: what is not yet acknowledged is sent again to the next who joins the session.
      await session?.client.endAsync(true);
    },
    async publish({ topic, payload, retain, expiresAt }) {
      if (!session?.client.connected) {
        throw new PolisError('unavailable', 'The MQTT broker is away; try again in a moment.');
      }
      const properties = session.version === 5 && expiresAt !== undefined ? expiry(expiresAt, ground.clock.now()) : {};
      await session.client.publishAsync(topic, payload, { qos: 1, retain, ...properties });
    },
    // It knows its devices itself, and MQTT has no word to have one sent away.
    disconnect: () => {},
    connectionCount: () => (session?.client.connected ? 1 : 0),
  };
}

/** The broker drops it after that, also out of the queue of a device that is away (MQTT 5 §3.3.2.3.3). */
function expiry(expiresAt: Millis, now: Millis): IClientPublishOptions {
  return { properties: { messageExpiryInterval: Math.max(1, Math.ceil((expiresAt - now) / SECOND)) } };
}

/**
 * mqtt.js acknowledges a message before it reads the next, so that each would wait for a commit of its own. Here its
 * reader goes on at once, and PUBACK is written when the journal has the message, many to one commit. How many wait is
 * bounded: by what we announce with MQTT 5, else by the broker (mosquitto: max_inflight_messages).
 */
function acknowledgeLater(
  client: MqttClient,
  { events, ground }: ExternalDeps,
  dialects: readonly Dialect[],
): MqttClient['handleMessage'] {
  const take = async ({ topic, payload }: IPublishPacket) => {
    const found = addressOf(dialects, topic);
    // What goes down to nodes is our own, as the broker shows it to us.
    if (found?.address.way === 'up') await events.take({ ...found, topic, payload: Buffer.from(payload) });
  };
  return (packet, done) => {
    const { stream } = client;
    const taken = take(packet).then(
      () => {
        if (packet.qos === 1 && client.stream === stream) stream.write(puback(packet.messageId ?? 0));
      },
      (error: unknown) => {
        ground.log.warn({ error: messageOf(error) }, 'A message was not kept; the broker will send it again.');
        // Unacknowledged messages are sent again when the connection is made anew.
        if (packet.qos === 1) stream.destroy();
      },
    );
    // Given an error, mqtt.js sends no PUBACK and reads on. QoS 0 is not bounded by the broker, so its reader waits.
    if (packet.qos === 1) done(new Error('acknowledged later'));
    else void taken.then(() => done());
  };
}

/** MQTT 3.1.1 §3.4; in MQTT 5 (§3.4.2.1) this short form means success. */
function puback(messageId: number): Buffer {
  return Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
}

/** Without the password that a URL may carry. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
