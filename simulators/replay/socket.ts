import { WebSocket } from 'ws';
import { PolisError, messageOf } from '#estate/errors.ts';
import { openChargerSocket, type ChargerAddress } from '../charger-socket.ts';
import { readMessage, type Message } from '../ocpp-frame.ts';

/** The charger's end of an OCPP connection, one call at a time. */
export interface ReplaySocket {
  readonly protocol: string;
  /** Sends a call and waits for its answer; null when the connection ended without one. */
  call(id: string, frame: string): Promise<Message | null>;
  send(frame: string): void;
  close(): void;
}

/**
 * Connects as a charger with Basic auth.
 *
 * @param options `answer`: what the charger says to a call of the platform.
 * @throws PolisError `unavailable` when the handshake is refused, with the reason.
 */
export async function openReplaySocket(
  options: ChargerAddress & { answer: (action: string) => Record<string, unknown> },
): Promise<ReplaySocket> {
  const { url, identity, protocol } = options;
  const socket = openChargerSocket(options);
  const waiting = new Map<string, (message: Message | null) => void>();
  socket.on('message', (data: Buffer) => {
    const message = readMessage(data.toString('utf8'));
    if (message.kind === 'call') socket.send(JSON.stringify([3, message.id, options.answer(message.action)]));
    else if (message.kind !== 'malformed') waiting.get(message.id)?.(message);
  });
  socket.on('close', () => {
    for (const answered of waiting.values()) answered(null);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.on('error', (error) =>
      reject(
        new PolisError('unavailable', `${identity} could not connect to ${url}: ${messageOf(error)}`, { cause: error }),
      ),
    );
  });
  return {
    protocol,
    async call(id, frame) {
      if (socket.readyState !== WebSocket.OPEN) return null;
      const answer = await new Promise<Message | null>((resolve) => {
        waiting.set(id, resolve);
        socket.send(frame);
      });
      waiting.delete(id);
      return answer;
    },
    send: (frame) => socket.send(frame),
    close: () => socket.close(1000),
  };
}
