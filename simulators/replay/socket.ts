import { WebSocket } from 'ws';
import type { Clock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { openChargerSocket, type ChargerAddress } from '../charger-socket.ts';
import { readMessage, type Message } from '../ocpp-frame.ts';

/** The charger's end of an OCPP connection. */
export interface ReplaySocket {
  readonly protocol: string;
  isOpen(): boolean;
  send(frame: string | Buffer): void;
  /** The answer to a call, come or to come; null when the connection ends or the time is over before. */
  answerTo(id: string, withinMs: number): Promise<Message | null>;
  /** Says goodbye, or breaks off as a power cut does. */
  close(how: 'close' | 'cut'): Promise<void>;
}

export interface ReplaySocketOptions extends ChargerAddress {
  clock: Clock;
  /** What the charger says to a call of the platform: a frame. */
  answer: (call: Extract<Message, { kind: 'call' }>) => Promise<string>;
}

/** Answers that nobody has asked for yet, to what was no proper call. */
const MOST_EARLY = 100;
const CLOSE_WITHIN_MS = SECOND;

/**
 * Connects as a charger with Basic auth.
 *
 * @throws PolisError `forbidden` when the platform refuses the handshake, with its reason; `unavailable` when nothing
 *   answers.
 */
export async function openReplaySocket(options: ReplaySocketOptions): Promise<ReplaySocket> {
  const { clock, protocol } = options;
  const socket = openChargerSocket(options);
  const waiting = new Map<string, (message: Message | null) => void>();
  const early = new Map<string, Message>();
  const answered = (id: string, message: Message) => {
    const taken = waiting.get(id);
    if (taken) taken(message);
    else if (early.size < MOST_EARLY) early.set(id, message);
  };
  socket.on('message', (data: Buffer) => {
    const message = readMessage(data.toString());
    if (message.kind === 'call') {
      options.answer(message).then(
        (frame) => socket.send(frame, () => {}),
        () => socket.terminate(),
      );
    } else if (message.kind !== 'malformed') answered(message.id, message);
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  void closed.then(() => waiting.forEach((taken) => taken(null)));
  await opened(socket, options);
  return {
    protocol,
    isOpen: () => socket.readyState === WebSocket.OPEN,
    send: (frame) => socket.send(frame, () => {}),
    async answerTo(id, withinMs) {
      const known = early.get(id);
      early.delete(id);
      if (known || socket.readyState !== WebSocket.OPEN) return known ?? null;
      const { promise, resolve } = Promise.withResolvers<Message | null>();
      waiting.set(id, resolve);
      const giveUp = clock.after(withinMs, () => resolve(null));
      const answer = await promise;
      giveUp();
      waiting.delete(id);
      return answer;
    },
    async close(how) {
      if (how === 'cut') socket.terminate();
      else socket.close(1000);
      const giveUp = clock.after(CLOSE_WITHIN_MS, () => socket.terminate());
      await closed;
      giveUp();
    },
  };
}

function opened(socket: WebSocket, { identity, url }: ChargerAddress): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('unexpected-response', (_request, { statusCode = 0, statusMessage = '' }) => {
      reject(new PolisError('forbidden', `refused with ${statusCode} ${statusMessage}`.trim()));
      socket.terminate();
    });
    // Also later, when there is nobody left to tell: the end of the connection says it.
    socket.on('error', (error) =>
      reject(new PolisError('unavailable', `${identity} cannot connect to ${url}: ${messageOf(error)}`)),
    );
  });
}
