import { connect, type IClientOptions, type IConnackPacket, type MqttClient } from 'mqtt';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, SECOND } from '#estate/units.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { BrokerTls } from './external-tls.ts';

export interface SessionOptions {
  url: string;
  dialects: readonly Dialect[];
  hostId: string;
  /** Where the URL is `mqtts://…`. */
  tls?: BrokerTls | undefined;
  /**
   * Share what was measured with other processes on the same broker, each message going to one of them. Not unless told:
   * mosquitto forgets shared subscriptions when it restarts, and what it acknowledges until we are back is lost.
   */
  shared?: boolean;
}

/** A session at a broker outside, joined anew whenever the connection breaks. */
export interface JoinedSession {
  client: MqttClient;
  version: 4 | 5;
}

const CONNECT_WITHIN_MS = 10 * SECOND;
/** So long the broker keeps what arrives while we are away (MQTT 5; with 3.1.1 it is the broker's to say). */
const KEEPS_S = (7 * DAY) / SECOND;
/** Messages on their way at once: enough for many to share one commit. */
const IN_FLIGHT = 2_000;
/** As the embedded broker takes them; what is larger the broker outside drops. */
const PACKET_BYTES = 256 * 1024;
/** Processes of one installation share what was measured, each message going to one of them. */
const GROUP = '$share/polisgrid';

const PROPERTIES = {
  sessionExpiryInterval: KEEPS_S,
  receiveMaximum: IN_FLIGHT,
  maximumPacketSize: PACKET_BYTES,
};

interface Joining {
  ground: Ground;
  /** Sets a client up before it connects: the first messages of a kept session come together with CONNACK. */
  prepare: (client: MqttClient) => void;
  /** It is connected, and has its subscriptions. */
  ready: () => void;
}

/**
 * Joins a session that lasts, with MQTT 5 where the broker speaks it, else with 3.1.1.
 *
 * @throws Error when it can be had with neither; nothing is left behind.
 */
export async function joinSession(joining: Joining, options: SessionOptions): Promise<JoinedSession> {
  try {
    return await joinWith(5, joining, options);
  } catch (error) {
    joining.ground.log.info({ error: messageOf(error) }, 'The MQTT broker was not joined with MQTT 5; now with 3.1.1.');
    return joinWith(4, joining, options);
  }
}

async function joinWith(
  version: JoinedSession['version'],
  { ground, prepare, ready }: Joining,
  options: SessionOptions,
): Promise<JoinedSession> {
  const { log } = ground;
  const client = connect(options.url, connectOptions(ground, options, version));
  prepare(client);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.on('error', (error) => {
    log.warn({ error: error.message }, 'The MQTT broker reported an error.');
    reject(error);
  });
  client.on('close', () => reject(new Error('it closed the connection')));
  client.on('offline', () => log.warn({}, 'The MQTT broker is away; devices cannot be heard until it is back.'));
  client.on('connect', (connack) => {
    subscribe({ client, version }, options, connack).then(
      () => (ready(), resolve()),
      (error: unknown) => {
        log.warn({ error: messageOf(error) }, 'The MQTT broker granted no subscription; it is asked again.');
        reject(error);
        client.stream.destroy();
      },
    );
  });
  client.connect();
  try {
    await promise;
    return { client, version };
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
}

/** Subscribes each time anew, also in a session that was kept: that brings what is retained, which may be news. */
async function subscribe(
  { client, version }: JoinedSession,
  { dialects, shared: mayShare = false }: SessionOptions,
  { sessionPresent, properties }: IConnackPacket,
): Promise<void> {
  const any = dialects.flatMap(({ filters }) => filters.any);
  const shared = any.map((filter) => `${GROUP}/${filter}`);
  const canShare = mayShare && version === 5 && properties?.sharedSubscriptionAvailable !== false;
  const [wanted, stale] = canShare ? [shared, any] : [any, shared];
  // Left over from when it was otherwise.
  if (sessionPresent) await client.unsubscribeAsync(stale);
  await client.subscribeAsync([...dialects.flatMap(({ filters }) => filters.each), ...wanted], { qos: 1 });
}

function connectOptions(
  { clock }: Ground,
  { dialects, hostId, tls }: SessionOptions,
  protocolVersion: JoinedSession['version'],
): IClientOptions {
  // A connection has one last will: nodes of further dialects hear of our leaving only when it is told.
  const will = dialects[0]?.host(false, clock.now());
  return {
    ...tls,
    clientId: `polisgrid-${hostId}`,
    clean: false,
    manualConnect: true,
    protocolVersion,
    resubscribe: false,
    reconnectPeriod: 2 * SECOND,
    connectTimeout: CONNECT_WITHIN_MS,
    ...(protocolVersion === 5 ? { properties: PROPERTIES } : {}),
    ...(will ? { will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: will.retain } } : {}),
  };
}
