import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions, type Client } from 'aedes';
import { PolisError, messageOf } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { admissionHooks, createAdmission, type AdmissionDeps, type AdmissionOptions } from './admission.ts';
import type { Broker } from './broker.ts';
import { guardFraming } from './guard.ts';

const BACKLOG = 4_096;
const MOST_CONNECTIONS = 20_000;

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
      aedes = await openAedes(deps, options);
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
    connectionCount: () => aedes?.connectedClients ?? 0,
  };
}

async function openAedes(deps: AdmissionDeps, options: AdmissionOptions): Promise<Aedes> {
  const { ground, events } = deps;
  const admission = createAdmission(deps, options);
  const aedes = await Aedes.createBroker({ ...LIMITS, ...admissionHooks(admission, deps) });
  const connected = new Map<string, Client>();

  aedes.on('clientReady', (client) => void connected.set(client.id, client));
  aedes.on('clientDisconnect', (client) => {
    // Where a new connection of the same device has taken its place, the device is there.
    if (connected.get(client.id) !== client) return;
    connected.delete(client.id);
    const speaker = admission.speakerOf(client);
    if (speaker) events.gone({ site: speaker.site, node: speaker.id });
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
