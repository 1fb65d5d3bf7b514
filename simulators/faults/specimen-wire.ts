import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { isoTime } from '#estate/units.ts';
import { z } from 'zod';
import type { Befallen, BefallenCharger, BefallenGateway } from './fault.ts';

/** For tests: the other side of a charger, which keeps each frame as it came, readable or not. */
export interface FrameKeeper extends AsyncDisposable {
  url: string;
  /** All frames, oldest first. */
  frames: string[];
  /** Those that are calls of an action. */
  calls(action: string): { id: string; payload: Record<string, unknown> }[];
  /** Why it ended connections itself. */
  refused: string[];
  handshakes(): number;
}

const call = z.tuple([z.literal(2), z.string(), z.string(), z.record(z.string(), z.unknown())]);

export async function keepFrames(): Promise<FrameKeeper> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', maxPayload: 1024 * 1024 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const frames: string[] = [];
  const refused: string[] = [];
  let [handshakes, lastTransaction] = [0, 0];
  const answerTo = (action: string): Record<string, unknown> => {
    const currentTime = isoTime(systemClock.now());
    if (action === 'BootNotification') return { status: 'Accepted', currentTime, interval: 300 };
    if (action === 'StartTransaction') return { transactionId: ++lastTransaction, idTagInfo: { status: 'Accepted' } };
    return action === 'Authorize' ? { idTagInfo: { status: 'Accepted' }, idTokenInfo: { status: 'Accepted' } } : {};
  };
  server.on('connection', (socket: WebSocket) => {
    handshakes += 1;
    socket.on('error', ({ message }) => refused.push(message));
    socket.on('message', (data: Buffer) => {
      frames.push(data.toString());
      const [, id, action] = callIn(data.toString()) ?? [];
      if (action !== undefined) socket.send(JSON.stringify([3, id, answerTo(action)]));
    });
  });
  return {
    url: `ws://127.0.0.1:${port}/ocpp`,
    frames,
    refused,
    handshakes: () => handshakes,
    calls: (action) =>
      frames.flatMap((frame) => {
        const [, id, name, payload] = callIn(frame) ?? [];
        return id !== undefined && payload && name === action ? [{ id, payload }] : [];
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function callIn(frame: string): z.infer<typeof call> | null {
  try {
    return call.safeParse(JSON.parse(frame)).data ?? null;
  } catch {
    return null;
  }
}

/** Whom a fault befalls, before a platform that is nowhere. */
export function befallen(
  whom: { chargers?: readonly BefallenCharger[]; gateways?: readonly BefallenGateway[] },
  more: Partial<Befallen> = {},
): Befallen {
  const nowhere = { api: '', key: '', ocppUrl: '', mqttUrl: '', mqttRoot: 'estate/v1', site: '', delayCommits: null };
  return {
    chargers: whom.chargers ?? [],
    gateways: whom.gateways ?? [],
    lanes: [],
    clock: systemClock,
    random: (of) => seededRandom(`fault/${of}`),
    target: nowhere,
    came: () => undefined,
    report: () => undefined,
    ...more,
  };
}
