import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Aedes, type AedesPublishPacket } from 'aedes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { HOUR, MINUTE } from '#estate/units.ts';
import { polisEstate } from '../estate/polis.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { createSite, type Site } from '../site/site.ts';
import { deafProbe } from '../probe.ts';
import { createSiteField } from '../site/field.ts';
import { createSlots } from '../slots.ts';
import { until } from '../specimens.ts';
import { cut } from './cut.ts';
import { deviceCondition } from './device-condition.ts';
import { duplicate } from './duplicate.ts';
import { late } from './late.ts';
import { malformed } from './malformed.ts';
import { reorder } from './reorder.ts';
import { befallen } from './specimen-wire.ts';
import { staleClock } from './stale-clock.ts';

const site = polisEstate({ seed: 1, sites: 60 }).sites.find(({ devices }) =>
  devices.some(({ type }) => type === 'leak-detector'),
);

interface Heard {
  kind: string;
  payload: Buffer;
}

let server: Server;
let broker: Aedes;
let live: Site;
let gateway: Gateway;
let heard: Heard[];
let ticking: NodeJS.Timeout;

beforeEach(async () => {
  if (!site) throw new Error('The estate has no such site.');
  heard = [];
  broker = await Aedes.createBroker();
  broker.on('publish', ({ topic, payload }: AedesPublishPacket) => {
    if (!topic.startsWith('$SYS')) heard.push({ kind: topic.split('/')[3] ?? '', payload: Buffer.from(payload) });
  });
  server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ground = { clock: systemClock, random: seededRandom(1), log: silentLog };
  live = createSite(
    {
      field: createSiteField(site, { seed: 'seed', now: Date.now() - HOUR }),
      wires: () => ({ ground, slots: createSlots(1), probe: deafProbe }),
    },
    {
      plan: site,
      url: () => url,
      secret: () => 'secret',
      root: 'estate/v1',
      hostId: 'main',
      periodMs: 40,
      charging: () => ({ powerW: [0, 0, 0], energyWh: 0 }),
    },
  );
  const [only] = live.gateways;
  if (!only) throw new Error('The site has no gateway.');
  gateway = only;
  live.start();
  ticking = setInterval(() => live.tick(Date.now()), 20);
  await until(() => of('data').length > 0, 'it reads');
});
afterEach(async () => {
  clearInterval(ticking);
  await live.stop();
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise((resolve) => server.close(resolve));
});

const of = (kind: string) => heard.filter((each) => each.kind === kind).map(({ payload }) => payload);
const json = (payload: Buffer) => JSON.parse(payload.toString()) as Record<string, unknown>;
const times = () => of('data').map((payload) => Number(json(payload)['ts']));
const on = () => befallen({ gateways: [gateway] });
/** From here on only what leaves later is heard. */
const listenAnew = async () => {
  const isOnItsWay = () => live.truth().devices.some(({ readings, acknowledged }) => readings > acknowledged);
  await until(() => !isOnItsWay(), 'nothing is on its way');
  heard = [];
};

describe('a fault of a gateway', () => {
  it('duplicate: the same message again', async () => {
    await listenAnew();
    duplicate.begin(on(), { times: 3 });
    await until(() => of('data').length >= 6, 'it reads');
    const [first, second, third, fourth] = of('data').map(String);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  it('reorder: readings leave in pairs, the later first, and none is lost', async () => {
    const end = reorder.begin(on(), { patience: 0 });
    heard = [];
    await until(() => of('data').length >= 6, 'it reads');
    await end();
    const told = times().slice(0, 6);
    const sorted = told.toSorted((one, other) => one - other);
    expect(told).toEqual([1, 0, 3, 2, 5, 4].map((n) => sorted[n]));
    await until(
      () => live.truth().devices.every(({ readings, acknowledged }) => readings - acknowledged < 3),
      'all arrives',
    );
  });

  it('late: readings leave only as history, so much later, and none is lost', async () => {
    await listenAnew();
    late.begin(on(), { delay: 4_000 });
    await until(() => gateway.backlog() > 3, 'it keeps what it reads');
    expect([of('data').length, of('hist').length]).toEqual([0, 0]);
    await until(() => of('hist').length > 0, 'history comes');
    const [[oldest] = []] = json(of('hist')[0] ?? Buffer.alloc(0))['s'] as [number, object][];
    expect(Date.now() - Number(oldest)).toBeGreaterThan(3_000);
    await until(() => gateway.backlog() < 3, 'all that waited has left');
    expect(of('data')).toEqual([]);
  });

  it.each([
    ['cut', 'no JSON'],
    ['unknown', 'no JSON'],
    ['not-utf8', 'no UTF-8'],
    ['types', 'JSON'],
  ] as const)('malformed: %s leaves beside what is right: %s', async (kind, what) => {
    await listenAnew();
    malformed.begin(on(), { share: 1, kinds: [kind] });
    await until(() => of('data').length >= 4, 'it reads');
    const [bad = Buffer.alloc(0), good = Buffer.alloc(0)] = of('data');
    expect(Object.keys(json(good)['d'] as object).length).toBeGreaterThan(0);
    expect(whatIs(bad)).toBe(what);
  });

  it('stale-clock: all is stamped by it', async () => {
    await listenAnew();
    staleClock.begin(on(), staleClock.parameters.parse({ offBy: '-2h' }));
    await until(() => of('data').length >= 2, 'it reads');
    expect(Math.abs((times()[0] ?? 0) + 2 * HOUR - Date.now())).toBeLessThan(10 * MINUTE);
  });

  it('cut: it is away until the end, keeps what it reads, and sends it when it is back', async () => {
    const end = cut.begin(on(), { backWithin: 100 });
    await until(() => !gateway.isOnline(), 'it is gone');
    await until(() => gateway.backlog() >= 5, 'it keeps what it reads');
    expect(gateway.isOnline()).toBe(false);
    heard = [];
    await end();
    await until(() => gateway.isOnline() && gateway.backlog() === 0 && of('hist').length > 0, 'it is back');
  });

  it('device-condition: a condition begins at each device of the type, and passes at the end', async () => {
    const end = deviceCondition.begin(on(), { type: 'leak-detector', code: 'leak' });
    const told = () => of('event').map((payload) => [json(payload)['code'], json(payload)['active']]);
    await until(() => told().length > 0, 'it is told');
    await end();
    await until(() => told().some(([, active]) => active === false), 'it is told that it passed');
    expect(told()[0]).toEqual(['leak', true]);
  });
});

function whatIs(bytes: Buffer): string {
  if (!isUtf8(bytes)) return 'no UTF-8';
  try {
    JSON.parse(bytes.toString());
    return 'JSON';
  } catch {
    return 'no JSON';
  }
}
