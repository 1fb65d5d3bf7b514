import { setTimeout as wait } from 'node:timers/promises';
import { obey, type Handlers } from '../../load-processes.ts';
import { connectDevice, type LoadDevice } from './device.ts';
import { openLink, type Link } from './link.ts';
import type { LoadReport, Orders } from './orders.ts';
import { pubackPacket, subscribePacket } from './packets.ts';

/** Devices, or a subscriber, in a process of its own: takes one order after another and answers each with a report. */

const AT_ONCE = 100;
const MOST_FAILURES = 5;
/** A device holds no more than this for a broker that does not read. */
const FULL_BYTES = 16 * 1024;
const PATIENCE_MS = 120_000;

const devices: LoadDevice[] = [];
let counted = 0;

const handlers: Handlers<Orders> = {
  async connect(order) {
    const failures: string[] = [];
    for (let from = 0; from < order.count; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, order.count - from) }, (_, n) => order.first + from + n);
      for (const end of await Promise.allSettled(some.map((index) => connectDevice(order, index)))) {
        if (end.status === 'fulfilled') devices.push(end.value);
        else if (failures.length < MOST_FAILURES) failures.push(String(end.reason));
      }
    }
    return { failures };
  },
  async saturate({ forMs, underWay }) {
    const report = createReport();
    for (const device of devices) {
      device.onAcknowledged = (count) => device.send(count);
      device.send(underWay);
    }
    await wait(forMs);
    for (const device of devices) device.onAcknowledged = null;
    await untilAcknowledged();
    return report(0);
  },
  async offer({ forMs, perSecond }) {
    const report = createReport();
    let heldBack = 0;
    const beganAt = performance.now();
    for (let offered = 0; performance.now() - beganAt < forMs;) {
      const due = ((performance.now() - beganAt) * perSecond) / 1_000;
      for (; offered < due; offered++) {
        const device = devices[offered % devices.length];
        if (device && device.link.waiting() < FULL_BYTES) device.send(1);
        else heldBack++;
      }
      await wait(1);
    }
    await untilAcknowledged();
    return report(heldBack);
  },
  async subscribe({ port, filter, qos }) {
    let link: Link | null = null;
    link = await openLink(
      { port, id: 'subscriber', secret: '' },
      {
        onAcknowledged: () => {},
        onPublished(count, packetIds) {
          counted += count;
          if (packetIds.length > 0) link?.send(Buffer.concat(packetIds.map(pubackPacket)));
        },
      },
    );
    link.send(subscribePacket(filter, qos));
    await wait(200);
    return {};
  },
  counted: async () => ({ count: counted }),
};

obey<Orders>(handlers);

function totals() {
  let [sent, acknowledged] = [0, 0];
  for (const device of devices) [sent, acknowledged] = [sent + device.sent, acknowledged + device.acknowledged];
  return { sent, acknowledged };
}

/** What is sent and acknowledged from now on. */
function createReport(): (heldBack: number) => LoadReport {
  const before = totals();
  return (heldBack) => {
    const now = totals();
    return {
      sent: now.sent - before.sent,
      acknowledged: now.acknowledged - before.acknowledged,
      heldBack,
      open: devices.filter(({ link }) => link.isOpen()).length,
    };
  };
}

async function untilAcknowledged(): Promise<void> {
  const isWaiting = ({ link, sent, acknowledged }: LoadDevice) => link.isOpen() && acknowledged < sent;
  for (let waited = 0; waited < PATIENCE_MS && devices.some(isWaiting); waited += 10) await wait(10);
}
