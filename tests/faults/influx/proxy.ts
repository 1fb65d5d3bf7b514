import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of a write on its way to InfluxDB: it passes; it is answered with a status and never arrives; it arrives
 * and is stored, but its answer never comes back.
 */
export type Weather = 'fair' | { status: number } | 'answers-lost';

export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Writes that the weather has struck. */
  struck(): number;
  /** When the first write since the weather turned, that was stored, arrived or was let pass, ms; null: none was. */
  servedAt(): number | null;
  /** What is on its way is cut off when the weather changes. */
  turn(weather: Weather): void;
}

/** Stands between polisgrid and InfluxDB, and spoils writes. Everything else passes. */
export async function startProxy(upstreamPort: number): Promise<Proxy> {
  let weather: Weather = 'fair';
  let struck = 0;
  let turnedAt = performance.now();
  let servedAt: number | null = null;
  const held = new Set<ServerResponse>();
  const server = createServer((incoming, response) => {
    const isWrite = (incoming.url ?? '').startsWith('/write');
    const spoils = isWrite && weather !== 'fair';
    if (spoils) struck += 1;
    if (spoils && typeof weather === 'object') return refuse(incoming, response, weather.status);
    if (spoils) held.add(response);
    const arrivedAt = performance.now();
    response.once('finish', () => {
      if (isWrite && response.statusCode < 300) servedAt ??= Math.max(arrivedAt, turnedAt);
    });
    pass(upstreamPort, incoming, spoils ? null : response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    struck: () => struck,
    servedAt: () => servedAt,
    turn(next) {
      weather = next;
      turnedAt = performance.now();
      servedAt = null;
      for (const response of held) response.destroy();
      held.clear();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** As InfluxDB words it. */
function refuse(incoming: IncomingMessage, response: ServerResponse, status: number): void {
  incoming.resume().once('end', () => {
    const error = status === 429 ? 'too many requests' : 'engine: cache-max-memory-size exceeded';
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
  });
}

/** Passes a request on, and its answer back if there is anyone to have it. */
function pass(port: number, incoming: IncomingMessage, response: ServerResponse | null): void {
  const { method, url, headers } = incoming;
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    if (!response) return void answer.resume();
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  // The server is gone: so is the connection.
  onward.on('error', () => response?.destroy());
  incoming.on('error', () => onward.destroy());
  incoming.pipe(onward);
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
