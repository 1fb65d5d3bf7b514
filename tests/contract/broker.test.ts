import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStores, openTestBed, say, type TestBed } from '#telemetry/test-bed.ts';
import { startMosquitto, type MosquittoServer } from '#tests/servers/mosquitto.ts';

/** Telemetry behind a broker of its own process: what the embedded one promises holds there too. */

const at = Date.now();
let mosquitto: MosquittoServer;
let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;

beforeAll(async () => {
  mosquitto = await startMosquitto({ configuration: ['allow_anonymous true', 'max_inflight_messages 1000'] });
  stores = await openStores();
});
afterEach(() => bed.close());
afterAll(async () => {
  await stores.close();
  await mosquitto[Symbol.asyncDispose]();
});

const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 50 });
const open = (deps = stores) => openTestBed(deps, { broker: mosquitto.url, hostId: 'contract' });
const message = (index: number) => ({ ts: at + index, v: { W: index } });
const stored = async () => {
  const query = { devices: ['meter'], metric: 'W', from: at - 1, to: at + 1e6 };
  return (await stores.series.query(query))[0]?.points.length ?? 0;
};

describe('an external broker', () => {
  it('brings what devices say, and takes commands to them', async () => {
    bed = await open();
    const gateway = await bed.connect('gw', { clientId: 'gw' });
    gateway.on('message', (_, payload) => {
      const answer = JSON.stringify({ id: JSON.parse(payload.toString()).id, st: 'done' });
      gateway.publish('estate/v1/barolo/ack/gw/inv1', answer, { qos: 1 });
    });
    await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 1 });
    await eventually(async () => expect(await bed.telemetry.devices({})).toMatchObject([{ online: true }]));
    const result = await bed.telemetry.command({ site: 'barolo', device: 'inv1' }, { WMaxLimPct: 50 });
    expect(result).toMatchObject({ outcome: 'accepted' });
  });

  it('keeps what is said while polisgrid is away', async () => {
    bed = await open();
    const meter = await bed.connect('meter', { clientId: 'meter' });
    await bed.telemetry.stop();
    for (let index = 0; index < 50; index++) await say(meter, 'barolo/data/meter/meter', message(index));
    await bed.close();
    bed = await open();
    await eventually(async () => expect(await stored()).toBe(50));
  });

  it('is acknowledged after the journal, in batches, and sends again what was not', async () => {
    let failing = true;
    let appends = 0;
    const journal: typeof stores.journal = {
      ...stores.journal,
      async append(...entries) {
        appends += 1;
        await wait(20);
        if (failing) throw new Error('disk full');
        return stores.journal.append(...entries);
      },
    };
    bed = await open({ ...stores, journal });
    const meter = await bed.connect('meter', { clientId: 'meter' });
    const saying = Array.from({ length: 500 }, (_, index) => say(meter, 'barolo/data/meter/meter', message(index)));
    await Promise.all(saying);
    await eventually(() => expect(appends).toBeGreaterThan(0));
    failing = false;
    await eventually(async () => expect(await stored()).toBe(500));
    expect(appends).toBeLessThan(100);
  });
});
