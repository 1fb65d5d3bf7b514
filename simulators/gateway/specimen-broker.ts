import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { HOUR } from '#estate/units.ts';
import type { SitePlan } from '../estate/plan.ts';
import { deafProbe } from '../probe.ts';
import { createSiteField } from '../site/field.ts';
import { createSite, type Site } from '../site/site.ts';
import { createSlots } from '../slots.ts';

/** For tests: a broker that lets everyone in, and a site that lives on it in real time. */

export interface Heard {
  topic: string;
  payload: Record<string, unknown>;
  qos: number;
  retain: boolean;
}

export interface SpecimenBroker extends AsyncDisposable {
  url: string;
  heard: Heard[];
  signedIn: { id: string; user: string | undefined; password: string }[];
  /** The ids of those who have subscribed to what they hear. */
  listeners: string[];
  /** How many are connected. */
  connected(): number;
  /** Says something to those who listen, below `estate/v1`. */
  tell(topic: string, payload: object, retain?: boolean): Promise<void>;
}

export async function openSpecimenBroker(): Promise<SpecimenBroker> {
  const heard: Heard[] = [];
  const signedIn: SpecimenBroker['signedIn'] = [];
  const listeners: string[] = [];
  const broker = await Aedes.createBroker();
  broker.authenticate = ({ id }, ...[user, password, done]) => {
    signedIn.push({ id, user, password: String(password) });
    done(null, true);
  };
  broker.on('subscribe', (_, { id }) => listeners.push(id));
  broker.on('publish', ({ topic, payload, qos, retain }: AedesPublishPacket) => {
    if (!topic.startsWith('$SYS'))
      heard.push({ topic, payload: JSON.parse(String(payload)) as Heard['payload'], qos, retain });
  });
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    signedIn,
    listeners,
    connected: () => broker.connectedClients,
    tell: (topic, payload, retain = false) =>
      new Promise((resolve, reject) =>
        broker.publish(
          { cmd: 'publish', topic: `estate/v1/${topic}`, payload: JSON.stringify(payload), qos: 1, retain, dup: false },
          (error) => (error ? reject(error) : resolve()),
        ),
      ),
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A site whose nodes connect to a broker once it is started. Its cars draw 6 kW on L1 and 3 kW on L2. */
export function siteAt(url: string, plan: SitePlan, periodMs = 50): Site {
  const ground = { clock: systemClock, random: seededRandom(1), log: silentLog };
  return createSite(
    {
      field: createSiteField(plan, { seed: 'seed', now: systemClock.now() - HOUR }),
      wires: () => ({ ground, slots: createSlots(1), probe: deafProbe }),
    },
    {
      plan,
      url: () => url,
      secret: (node) => `secret of ${node}`,
      root: 'estate/v1',
      hostId: 'main',
      periodMs,
      charging: () => ({ powerW: [6000, 3000, 0], energyWh: 0 }),
    },
  );
}

/** Polls until something is there. */
export async function until<T>(find: () => T | undefined | false, what: string): Promise<T> {
  for (const giveUp = systemClock.now() + 30_000; ; await systemClock.sleep(10)) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    if (systemClock.now() > giveUp) throw new Error(`It never came to be that ${what}.`);
  }
}
