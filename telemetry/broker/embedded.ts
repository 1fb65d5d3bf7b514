import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { Message } from '../dialects/dialect.ts';
import { fingerprintsOf } from '../doors/client-certificate.ts';
import type { Door, DoorDeps } from '../doors/door.ts';
import { createPlainDoor } from '../doors/plain.ts';
import { createTlsDoor, type TlsOptions } from '../doors/tls.ts';
import { createSecureWebSocketDoor, createWebSocketDoor } from '../doors/websocket.ts';
import { admissionHooks, createAdmission, type AdmissionDeps, type AdmissionOptions } from './admission.ts';
import type { Broker } from './broker.ts';
import { guardFraming } from './guard.ts';
import { createIntake } from './intake.ts';
import { createSessions, type Perishable } from './sessions.ts';

/** A gateway, a tool beside it, and a connection or two that died unnoticed. */
const MOST_OF_A_DEVICE = 4;

const LIMITS: AedesOptions = {
  /** Packets that may come before CONNACK. */
  queueLimit: 100,
  maxClientsIdLength: 64,
  maxTopicLevels: 10,
};
const READS_WITHIN_MS = 20 * SECOND;
/** Of live messages on their way to the journal. */
const IN_FLIGHT_BYTES = 512 * 1024;

export interface EmbeddedBrokerOptions extends Pick<AdmissionOptions, 'dialects' | 'messagesPerSecond'> {
  host: string;
  /** 0: any free port, here and below. */
  port: number;
  /** MQTT over TLS; absent: that port stays closed. */
  tls?: TlsOptions;
  /** MQTT over WebSocket; absent: that port stays closed. */
  webSocket?: { port: number };
  /** The same behind TLS. */
  webSocketTls?: TlsOptions;
  /** A client that reads nothing for so long is cut, ms; 20 s unless told. */
  readsWithinMs?: number;
}

/** An MQTT 3.1.1 broker in this process (aedes), behind a framing guard. */
export function createEmbeddedBroker(deps: AdmissionDeps, options: EmbeddedBrokerOptions): Broker {
  const { ground, count } = deps;
  const { log } = ground;
  const devices = createConnections();
  const intake = createIntake(IN_FLIGHT_BYTES);
  const { take } = deps.events;
  const bounded: AdmissionDeps = {
    ...deps,
    events: {
      ...deps.events,
      // History waits at a gate of its own, and must not keep out what is live.
      take: (message) =>
        message.address.isHistory ? take(message) : intake.during(message.payload.length, () => take(message)),
    },
  };
  /** What carries each stream. */
  const sockets = new WeakMap<Duplex, Socket>();
  let aedes: Aedes | null = null;
  const enter = (stream: Duplex, socket: Socket) => {
    if (!aedes) return void stream.destroy();
    const from = socket.remoteAddress;
    sockets.set(stream, socket);
    intake.control(stream);
    aedes.handle(stream);
    guardFraming(stream, ground.clock, (fault) => {
      count('cut');
      log.warn({ fault, from }, 'A connection broke the rules of MQTT and was cut.');
    });
  };
  const doors = createDoors({ log, enter }, options);

  return {
    async start() {
      // The ports first: a broker that cannot be reached is not opened.
      const ports = await doors.open();
      aedes = await openAedes(bounded, options, { devices, sockets });
      deps.events.ready();
      return ports;
    },
    async stop() {
      const closing = aedes;
      aedes = null;
      if (closing) await new Promise<void>((resolve) => closing.close(() => resolve()));
      doors.close();
    },
    async publish(message) {
      const broker = aedes;
      if (!broker) throw new PolisError('unavailable', 'The MQTT broker is not running.');
      await new Promise<void>((resolve, reject) =>
        broker.publish(packetOf(message), (error) => (error ? reject(error) : resolve())),
      );
    },
    disconnect: (device) => devices.of(device).forEach((client) => client.close()),
    connectionCount: () => aedes?.connectedClients ?? 0,
  };
}

function packetOf({ topic, payload, retain, expiresAt }: Message): PublishPacket & Pick<Perishable, 'messageExpiry'> {
  const expiry = expiresAt === undefined ? {} : { messageExpiry: expiresAt };
  return { cmd: 'publish', topic, payload, retain, qos: 1, dup: false, ...expiry };
}

/** Every way in. */
function createDoors(deps: DoorDeps, { host, port, tls, webSocket, webSocketTls }: EmbeddedBrokerOptions) {
  const plain = createPlainDoor(deps, { host, port });
  const secured = tls ? createTlsDoor(deps, { host, ...tls }) : null;
  const web = webSocket ? createWebSocketDoor(deps, { host, ...webSocket }) : null;
  const securedWeb = webSocketTls ? createSecureWebSocketDoor(deps, { host, ...webSocketTls }) : null;
  const all = [plain, secured, web, securedWeb].filter((door): door is Door => door !== null);
  return {
    async open() {
      try {
        const opened = await plain.open();
        const portOf = async (door: Door | null) => (await door?.open())?.port ?? null;
        return {
          ...opened,
          tlsPort: await portOf(secured),
          webSocketPort: await portOf(web),
          webSocketTlsPort: await portOf(securedWeb),
        };
      } catch (error) {
        all.forEach((door) => door.close());
        throw error;
      }
    },
    close: () => all.forEach((door) => door.close()),
  };
}

async function openAedes(
  deps: AdmissionDeps,
  options: EmbeddedBrokerOptions,
  { devices, sockets }: { devices: ReturnType<typeof createConnections>; sockets: WeakMap<Duplex, Socket> },
): Promise<Aedes> {
  const { ground, events } = deps;
  const tls = options.tls ?? options.webSocketTls;
  const roots = tls ? fingerprintsOf(tls.roots) : new Set<string>();
  const admission = createAdmission(deps, { ...options, roots, socketOf: ({ conn }) => sockets.get(conn) });
  const persistence = createSessions({ clock: ground.clock, isGranted: admission.isGranted });
  const drainTimeout = options.readsWithinMs ?? READS_WITHIN_MS;
  const aedes = await Aedes.createBroker({
    ...LIMITS,
    drainTimeout,
    persistence,
    ...admissionHooks(admission, deps),
  });

  passOnNothing(aedes);

  aedes.on('clientReady', (client) => {
    const speaker = admission.speakerOf(client);
    if (speaker) devices.add(speaker.id, client);
  });
  aedes.on('clientDisconnect', (client) => {
    const speaker = admission.speakerOf(client);
    // Where another connection of the same device is left, the device is there.
    if (speaker && devices.remove(speaker.id, client) === 0) events.gone({ site: speaker.site, node: speaker.id });
  });
  aedes.on('unsubscribe', (filters, client) => admission.unsubscribed(client, filters));
  const ended = (client: Client, error: Error) =>
    ground.log.debug({ client: client.id, error: error.message }, 'An MQTT connection ended with an error.');
  aedes.on('clientError', ended);
  aedes.on('connectionError', ended);
  aedes.addListener('error', (error: unknown) =>
    ground.log.error({ error: messageOf(error) }, 'The MQTT broker reported an error.'),
  );
  return aedes;
}

type Published = (error?: Error) => void;

/**
 * What a device says is for us alone, and was taken before it was acknowledged: aedes is spared the search for
 * subscribers, who cannot be.
 */
function passOnNothing(aedes: Aedes): void {
  const publish = aedes.publish.bind(aedes);
  aedes.publish = (packet, from: Client | Published, done?: Published) => {
    if (typeof from === 'function') publish(packet, from);
    else done?.();
  };
}

/** The connections of each device, the oldest first, which gives way when there are too many. */
function createConnections() {
  const byDevice = new Map<DeviceId, Set<Client>>();
  return {
    of: (device: DeviceId) => [...(byDevice.get(device) ?? [])],
    add(device: DeviceId, client: Client) {
      const clients = (byDevice.get(device) ?? new Set<Client>()).add(client);
      byDevice.set(device, clients);
      const [oldest] = clients;
      if (clients.size > MOST_OF_A_DEVICE) oldest?.close();
    },
    /** @returns how many are left. */
    remove(device: DeviceId, client: Client): number {
      const clients = byDevice.get(device);
      clients?.delete(client);
      if (clients?.size) return clients.size;
      byDevice.delete(device);
      return 0;
    },
  };
}
