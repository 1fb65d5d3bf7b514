import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { Random } from '#estate/random.ts';
import { type Conditions, together } from './conditions.ts';
import { createFlow } from './flow.ts';

/**
 * A way to a server by which conditions can be made worse while connections live: a listener on this machine that
 * passes bytes on, in order and untouched (of TLS, too). `down` resets whoever connects rather than to give the port
 * back: another connection might take it.
 */
export interface Lane extends AsyncDisposable {
  readonly port: number;
  /** Adds conditions to those that hold already; the returned function takes them back. */
  impose(conditions: Partial<Conditions>): () => void;
  /** Resets all connections that there are now. */
  reset(): void;
  /** Connections at this time. */
  connections(): number;
}

interface Passage {
  /** Both ends are reset. */
  reset(): void;
  /** Bytes of it have vanished: it is of no use to anyone when the network is back. */
  isBroken(): boolean;
}

interface Ways {
  clock: Clock;
  random: Random;
  conditions: () => Conditions;
}

export async function openLane(
  { clock, random }: { clock: Clock; random: Random },
  target: { host: string; port: number },
): Promise<Lane> {
  const imposed = new Set<Partial<Conditions>>();
  let conditions = together(imposed);
  const passages = new Set<Passage>();
  const resetAll = (which: (passage: Passage) => boolean = () => true) => {
    for (const passage of [...passages].filter(which)) passage.reset();
  };
  const change = () => {
    const before = conditions;
    conditions = together(imposed);
    if (conditions.down) resetAll();
    if (before.halfOpen && !conditions.halfOpen) resetAll((passage) => passage.isBroken());
  };
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
    if (conditions.down) return void near.on('error', ignore).resetAndDestroy();
    const passage = openPassage({ clock, random, conditions: () => conditions }, { near, target }, () =>
      passages.delete(passage),
    );
    passages.add(passage);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    impose(more) {
      const own = { ...more };
      imposed.add(own);
      change();
      return () => {
        if (imposed.delete(own)) change();
      };
    },
    reset: () => resetAll(),
    connections: () => passages.size,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      resetAll();
      await closed;
    },
  };
}

/** Joins a connection from the field with one of its own to the target. */
function openPassage(
  ways: Ways,
  { near, target }: { near: Socket; target: { host: string; port: number } },
  gone: () => void,
): Passage {
  const { conditions } = ways;
  const far = connect({ ...target, noDelay: true, allowHalfOpen: true });
  const up = createFlow(ways, { from: near, to: far });
  const down = createFlow(ways, { from: far, to: near });
  let sentBytes = 0;
  let isBroken = false;
  const reset = () => {
    up.drop();
    down.drop();
    for (const socket of [near, far]) if (!socket.destroyed) socket.resetAndDestroy();
    gone();
  };
  /** True: nobody hears of it. */
  const vanishes = () => {
    isBroken ||= conditions().halfOpen;
    return isBroken;
  };
  near.on('data', (bytes: Buffer) => {
    if (vanishes()) return;
    const left = conditions().resetAfterBytes - sentBytes;
    sentBytes += bytes.length;
    if (bytes.length < left) return up.push(bytes);
    // What comes before the reset still arrives, so that the server has half a frame.
    if (left > 0) up.push(bytes.subarray(0, left));
    up.end(reset);
  });
  far.on('data', (bytes: Buffer) => void (vanishes() || down.push(bytes)));
  for (const [socket, flow] of [
    [near, up],
    [far, down],
  ] as const) {
    socket.on('end', () => void (vanishes() || flow.end()));
    // A reset is handed on as one.
    socket.on('error', () => void (vanishes() || reset()));
    socket.on('close', () => {
      if (near.destroyed && far.destroyed) gone();
    });
  }
  return { reset, isBroken: () => isBroken };
}

function ignore(): void {}

function portOf(server: Server): number {
  const address = server.address();
  if (address !== null && typeof address === 'object') return address.port;
  throw new PolisError('internal', 'A lane listens on no port.');
}
