import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import { admissionHooks, createAdmission, type AdmissionDeps, type AdmissionOptions } from './admission.ts';
import type { Broker } from './broker.ts';
import { guardFraming } from './guard.ts';

const BACKLOG = 4_096;
const MOST_CONNECTIONS = 20_000;
/** A gateway, a tool beside it, and a connection or two that died unnoticed. */
const MOST_OF_A_DEVICE = 4;

const LIMITS: AedesOptions = {
  /** A client that reads nothing for so long is cut. */
  drainTimeout: 20 * SECOND,
  /** Packets that may come before CONNACK. */
  queueLimit: 100,
  maxClientsIdLength: 64,
  maxTopicLevels: 10,
};

/** An MQTT 3.1.1 broker in this process (aedes), behind a framing guard. */
export function createEmbeddedBroker(
  deps: AdmissionDeps,
  options: AdmissionOptions & { host: string; port: number },
): Broker {
  const sockets = new Set<Socket>();
  const devices = createConnections();
  let aedes: Aedes | null = null;
  const server = createServer({ keepAlive: true, keepAliveInitialDelay: 60 * SECOND, noDelay: true }, (socket) => {
    if (!aedes) return void socket.destroy();
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
    guardFraming(socket, deps.ground.clock, (fault) => {
      deps.count('cut');
      deps.ground.log.warn({ fault, from: socket.remoteAddress }, 'A connection broke the rules of MQTT and was cut.');
    });
  });
  server.maxConnections = MOST_CONNECTIONS;

  return {
    async start() {
      // The port first: a broker that cannot be reached is not opened.
      const port = await listen(server, options);
      // Out of file handles, for example: that must not end the process.
      server.on('error', (error) => deps.ground.log.error({ error: error.message }, 'The MQTT port failed.'));
      aedes = await openAedes(deps, options, devices);
      deps.events.ready();
      return { port };
    },
    async stop() {
      const closing = aedes;
      aedes = null;
      if (!closing) return;
      server.close();
      await new Promise<void>((resolve) => closing.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
    },
    async publish(topic, payload, retain) {
      const broker = aedes;
      if (!broker) throw new PolisError('unavailable', 'The MQTT broker is not running.');
      await new Promise<void>((resolve, reject) =>
        broker.publish({ cmd: 'publish', topic, payload, qos: 1, retain: retain === 'retain', dup: false }, (error) =>
          error ? reject(error) : resolve(),
        ),
      );
    },
    disconnect: (device) => devices.of(device).forEach((client) => client.close()),
    connectionCount: () => aedes?.connectedClients ?? 0,
  };
}

async function openAedes(deps: AdmissionDeps, options: AdmissionOptions, devices: Connections): Promise<Aedes> {
  const { ground, events } = deps;
  const admission = createAdmission(deps, options);
  const aedes = await Aedes.createBroker({ ...LIMITS, ...admissionHooks(admission, deps) });

  aedes.on('clientReady', (client) => {
    const speaker = admission.speakerOf(client);
    if (speaker) devices.add(speaker.id, client);
  });
  aedes.on('clientDisconnect', (client) => {
    const speaker = admission.speakerOf(client);
    // Where another connection of the same device is left, the device is there.
    if (speaker && devices.remove(speaker.id, client) === 0) events.gone({ site: speaker.site, node: speaker.id });
  });
  const ended = (client: Client, error: Error) =>
    ground.log.debug({ client: client.id, error: error.message }, 'An MQTT connection ended with an error.');
  aedes.on('clientError', ended);
  aedes.on('connectionError', ended);
  aedes.addListener('error', (error: unknown) =>
    ground.log.error({ error: messageOf(error) }, 'The MQTT broker reported an error.'),
  );
  return aedes;
}

type Connections = ReturnType<typeof createConnections>;

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

/** @throws PolisError `config` when the port cannot be had. */
async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  try {
    server.listen({ host, port, backlog: BACKLOG });
    await once(server, 'listening');
  } catch (error) {
    throw new PolisError(
      'config',
      `MQTT cannot listen on ${host}:${port} (${messageOf(error)}); stop what listens there, or choose another port.`,
      { cause: error },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
