import { connect, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { SECOND } from '#estate/units.ts';
import type { Broker, BrokerEvents } from './broker.ts';
import { parseTopic, topicText } from './topics.ts';

const CONNECT_WITHIN_MS = 10 * SECOND;

interface ExternalDeps {
  ground: Ground;
  events: BrokerEvents;
}

/**
 * An MQTT broker outside (mosquitto, EMQX, VerneMQ, NATS), joined with a persistent session: what arrives while we are
 * away waits there. It must know its devices and hold each to its own topics; we believe what it passes on.
 */
export function createExternalBroker(
  deps: ExternalDeps,
  options: { url: string; root: string; hostId: string },
): Broker {
  const { log } = deps.ground;
  const client = connect(options.url, connectOptions(options));
  // Before it connects: the first messages of a kept session come together with CONNACK.
  client.handleMessage = acknowledgeLater(client, deps, options.root);
  client.on('connect', () => deps.events.ready());
  client.on('error', (error) => log.warn({ error: error.message }, 'The MQTT broker reported an error.'));
  client.on('offline', () => log.warn({}, 'The MQTT broker is away; devices cannot be heard until it is back.'));

  return {
    async start() {
      try {
        await connected(client);
        await client.subscribeAsync(`${options.root}/#`, { qos: 1 });
      } catch (error) {
        await client.endAsync(true);
        throw new PolisError(
          'unavailable',
          `The MQTT broker ${hostOf(options.url)} cannot be used (${messageOf(error)}); start it, or leave the setting out to use the embedded one.`,
          { cause: error },
        );
      }
      return { port: 0 };
    },
    async stop() {
      // At once: what is not yet acknowledged is sent again to the next who joins the session.
      await client.endAsync(true);
    },
    async publish(topic, payload, retain) {
      if (!client.connected) throw new PolisError('unavailable', 'The MQTT broker is away; try again in a moment.');
      await client.publishAsync(topic, payload, { qos: 1, retain: retain === 'retain' });
    },
    // It knows its devices itself.
    disconnect: () => {},
    connectionCount: () => (client.connected ? 1 : 0),
  };
}

/**
 * mqtt.js acknowledges a message before it reads the next, so that each would wait for a commit of its own. Here its
 * reader goes on at once, and PUBACK is written when the journal has the message, many to one commit. How many wait is
 * bounded by the broker's limit of messages in flight (mosquitto: max_inflight_messages).
 */
function acknowledgeLater(client: MqttClient, deps: ExternalDeps, root: string): MqttClient['handleMessage'] {
  const take = async ({ topic: text, payload }: IPublishPacket) => {
    const topic = parseTopic(root, text);
    if (!topic || topic.kind === 'cmd' || topic.kind === 'host') return;
    await deps.events.take({ topic, text, payload: Buffer.from(payload) });
  };
  return (packet, done) => {
    const { stream } = client;
    const taken = take(packet).then(
      () => {
        if (packet.qos === 1 && client.stream === stream) stream.write(puback(packet.messageId ?? 0));
      },
      (error: unknown) => {
        deps.ground.log.warn({ error: messageOf(error) }, 'A message was not kept; the broker will send it again.');
        // Unacknowledged messages are sent again when the connection is made anew.
        if (packet.qos === 1) stream.destroy();
      },
    );
    // Given an error, mqtt.js sends no PUBACK and reads on. QoS 0 is not bounded by the broker, so its reader waits.
    if (packet.qos === 1) done(new Error('acknowledged later'));
    else void taken.then(() => done());
  };
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('error', reject);
    client.once('close', () => reject(new Error('it closed the connection')));
    client.connect();
  });
}

function connectOptions({ root, hostId }: { root: string; hostId: string }): IClientOptions {
  return {
    clientId: `polisgrid-${hostId}`,
    clean: false,
    manualConnect: true,
    protocolVersion: 4,
    reconnectPeriod: 2 * SECOND,
    connectTimeout: CONNECT_WITHIN_MS,
    will: {
      topic: topicText(root, { kind: 'host', host: hostId }),
      payload: Buffer.from(JSON.stringify({ online: false })),
      qos: 1,
      retain: true,
    },
  };
}

/** MQTT 3.1.1 §3.4. */
function puback(messageId: number): Buffer {
  return Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]);
}

/** Without the password that a URL may carry. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
