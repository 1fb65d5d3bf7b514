import { openLink, type Link } from './link.ts';
import { deviceOf, SECRET, topicOf, type ConnectOrder } from './orders.ts';
import { publishPacket } from './packets.ts';

/** A device that measures whenever it is told to. Each of its messages has an instant of its own. */
export interface LoadDevice {
  link: Link;
  sent: number;
  acknowledged: number;
  /** Sends so many messages, in one piece. */
  send(count: number): void;
  /** Told of acknowledgements, if anything is. */
  onAcknowledged: ((count: number) => void) | null;
}

const PACKET_IDS = 0xffff;

export async function connectDevice({ port, metrics }: ConnectOrder, index: number): Promise<LoadDevice> {
  const publish = publishPacket(topicOf(index), metrics);
  let lastTs = 0;
  const device: Omit<LoadDevice, 'link'> & { link: Link | null } = {
    link: null,
    sent: 0,
    acknowledged: 0,
    onAcknowledged: null,
    send(count) {
      const bytes = Buffer.allocUnsafe(count * publish.bytes);
      for (let n = 0; n < count; n++) {
        lastTs = Math.max(lastTs + 1, Date.now());
        const number = device.sent++;
        const message = {
          packetId: (number % PACKET_IDS) + 1,
          ts: lastTs,
          seq: number % 256,
          watts: 1_000 + ((index * 7 + number) % 9_000),
        };
        publish.write(bytes, n * publish.bytes, message);
      }
      device.link?.send(bytes);
    },
  };
  const link = await openLink(
    { port, id: deviceOf(index), secret: SECRET },
    {
      onAcknowledged(count) {
        device.acknowledged += count;
        device.onAcknowledged?.(count);
      },
    },
  );
  return Object.assign(device, { link });
}
