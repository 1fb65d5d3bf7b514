import { once } from 'node:events';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';

/** How long a stranger waits for anything to be seen. */
export const PATIENCE_MS = 5 * SECOND;

const PORTS: Readonly<Record<string, number>> = { 'ws:': 80, 'wss:': 443, 'mqtt:': 1883, 'mqtts:': 8883 };

/** A connection at the level of bytes. */
export interface Line {
  write(bytes: string | Buffer): void;
  /** The first bytes that came since it was last asked; null: it was closed; undefined: neither came in time. */
  next(): Promise<Buffer | null | undefined>;
  hangUp(): void;
}

/** Connects to where a URL points to; what is behind TLS is not asked who it is. */
export async function dial(url: string): Promise<Line> {
  const { hostname, port, protocol } = new URL(url);
  const to = { host: hostname, port: Number(port) || (PORTS[protocol] ?? 0) };
  const isSecure = protocol === 'wss:' || protocol === 'mqtts:';
  const socket: Socket = isSecure ? connectTls({ ...to, rejectUnauthorized: false }) : connectPlain(to);
  const heard: Buffer[] = [];
  let ended = false;
  let wake = () => {};
  // A reset is one way of being turned away.
  socket.on('error', () => {});
  socket.on('data', (data: Buffer) => {
    heard.push(data);
    wake();
  });
  socket.once('close', () => {
    ended = true;
    wake();
  });
  await Promise.race([once(socket, isSecure ? 'secureConnect' : 'connect').catch(() => {}), once(socket, 'close')]);
  return {
    write: (bytes) => void (ended || socket.write(bytes)),
    async next() {
      if (heard.length === 0 && !ended) {
        const woken = new Promise<void>((resolve) => (wake = resolve));
        await inTime(woken);
      }
      if (heard.length > 0) return Buffer.concat(heard.splice(0));
      return ended ? null : undefined;
    },
    hangUp: () => void socket.destroy(),
  };
}

/** What comes of something, or undefined when it does not come in time. */
export async function inTime<T>(something: Promise<T>, patienceMs = PATIENCE_MS): Promise<T | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([something, systemClock.sleep(patienceMs, late.signal).then(() => undefined)]);
  } finally {
    late.abort();
  }
}
