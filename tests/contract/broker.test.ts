import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Ground } from '#estate/ground.ts';
import { silentLog } from '#estate/log.ts';
import { openStores, openTestBed, say, sayRetained, type TestBed } from '#telemetry/specimens/test-bed.ts';
import { startMosquitto } from '#tests/servers/mosquitto.ts';
import { startNats } from '#tests/servers/nats.ts';
import { pathOf } from '#tests/servers/programs.ts';
import type { TestServer } from '#tests/servers/server.ts';

/** Telemetry behind a broker of its own process: what the embedded one promises holds there too. */

const at = Date.now();
const run = promisify(execFile);

/** So that it forgets neither sessions nor messages when it is killed. */
const MOSQUITTO = ['allow_anonymous true', 'persistence true', 'autosave_on_changes true', 'autosave_interval 1'];

const BROKERS = [
  {
    name: 'mosquitto',
    speaksMqtt5: true,
    start: () => startMosquitto({ configuration: MOSQUITTO }),
  },
  { name: 'nats-server', speaksMqtt5: false, start: startNats },
];

describe.each(BROKERS)('telemetry behind $name', ({ speaksMqtt5, start }) => {
  let server: TestServer & { url: string };
  let stores: Awaited<ReturnType<typeof openStores>>;
  let bed: TestBed;
  const said: string[] = [];

  beforeAll(async () => {
    server = await start();
    const log: Ground['log'] = { ...silentLog, info: (_about, text) => said.push(text) };
    stores = await openStores({ log });
  });
  afterEach(() => bed.close());
  afterAll(async () => {
    await stores.close();
    await server[Symbol.asyncDispose]();
  });

  const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 30_000, interval: 50 });
  const open = (deps = stores) => openTestBed(deps, { broker: server.url, hostId: 'contract' });
  const message = (from: number, index: number) => ({ ts: from + index, v: { W: index } });
  /** How many of so many messages are in the series store. */
  const stored = async (from: number, most: number) => {
    const query = { devices: ['meter'], metric: 'W', from, to: from + most };
    return (await stores.series.query(query))[0]?.points.length ?? 0;
  };

  it('takes what devices say, and brings commands to them', async () => {
    bed = await open();
    expect(said.some((text) => text.includes('3.1.1'))).toBe(!speaksMqtt5);
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

  it('learns from what is retained who was born and who is there', async () => {
    bed = await open();
    const gateway = await bed.connect('gw1', { clientId: 'gw1' });
    await sayRetained(gateway, 'site1/birth/gw1/inv2', { ts: at, type: 'pv-inverter' });
    await sayRetained(gateway, 'site1/state/gw1', { online: true, ts: at, bd: 1 });
    await eventually(() => expect(bed.telemetry.isOnline({ site: 'site1', node: 'gw1' })).toBe(true));
    await bed.close();
    bed = await open();
    await eventually(() => expect(bed.telemetry.isOnline({ site: 'site1', node: 'gw1' })).toBe(true));
    expect(await bed.telemetry.devices({ site: 'site1' })).toMatchObject([{ device: 'inv2', online: true }]);
  });

  it('is sent what was said while it was away', async () => {
    const from = at - 1e6;
    bed = await open();
    const meter = await bed.connect('meter', { clientId: 'meter' });
    await bed.telemetry.stop();
    for (let index = 0; index < 50; index++) await say(meter, 'barolo/data/meter/meter', message(from, index));
    await bed.close();
    bed = await open();
    await eventually(async () => expect(await stored(from, 50)).toBe(50));
  });

  it('acknowledges after the journal, in batches, and is sent again what it did not', async () => {
    const from = at - 2e6;
    let failing = true;
    let appends = 0;
    let failures = 0;
    const journal: typeof stores.journal = {
      ...stores.journal,
      async append(...entries) {
        appends += 1;
        await wait(20);
        if (failing) throw new Error(`disk full for the ${++failures}th time`);
        return stores.journal.append(...entries);
      },
    };
    bed = await open({ ...stores, journal });
    const meter = await bed.connect('meter', { clientId: 'meter' });
    await Promise.all(
      Array.from({ length: 500 }, (_, index) => say(meter, 'barolo/data/meter/meter', message(from, index))),
    );
    await eventually(() => expect(failures).toBeGreaterThan(0));
    failing = false;
    await eventually(async () => expect(await stored(from, 500)).toBe(500));
    expect(appends).toBeLessThan(100);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)('goes on after the broker ended by %s and came back', async (signal) => {
    const from = at - (signal === 'SIGTERM' ? 3e6 : 4e6);
    bed = await open();
    const meter = await bed.connect('meter', { clientId: 'meter', clean: false, reconnectPeriod: 100 });
    await say(meter, 'barolo/data/meter/meter', message(from, 0));
    await server.stop(signal);
    const saying = Array.from({ length: 20 }, (_, index) =>
      say(meter, 'barolo/data/meter/meter', message(from, index + 1)),
    );
    await server.start();
    await Promise.all(saying);
    await eventually(async () => expect(await stored(from, 21)).toBe(21));
    expect(bed.telemetry.connectionCount()).toBe(1);
  });

  if (!speaksMqtt5) return;

  it('shares what was measured among processes, and tells each who is there', async () => {
    const from = at - 5e6;
    const shared = { broker: server.url, shared: true };
    bed = await openTestBed(stores, { ...shared, hostId: 'contract' });
    const other = await openTestBed(stores, { ...shared, hostId: 'second' });
    const gateway = await bed.connect('gw', { clientId: 'gw' });
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 9 });
    for (const { telemetry } of [bed, other]) {
      await eventually(() => expect(telemetry.isOnline({ site: 'barolo', node: 'gw' })).toBe(true));
    }
    const before = [bed, other].map(({ telemetry }) => telemetry.counters().received);
    const meter = await bed.connect('meter', { clientId: 'meter' });
    for (let index = 0; index < 40; index++) await say(meter, 'barolo/data/meter/meter', message(from, index));
    await eventually(async () => expect(await stored(from, 40)).toBe(40));
    const received = [bed, other].map(({ telemetry }, which) => telemetry.counters().received - (before[which] ?? 0));
    expect(received.reduce((sum, count) => sum + count)).toBe(40);
    expect(Math.min(...received)).toBeGreaterThan(0);
    await other.close();
  });

  it('is not sent what is larger than a message may be', async () => {
    const from = at - 6e6;
    bed = await open();
    const meter = await bed.connect('meter', { clientId: 'meter' });
    await say(meter, 'barolo/data/meter/meter', JSON.stringify(message(from, 0)).padEnd(300 * 1024));
    await say(meter, 'barolo/data/meter/meter', message(from, 1));
    await eventually(async () => expect(await stored(from, 2)).toBe(1));
    expect(await stored(from, 1)).toBe(0);
  });

  it('leaves no command in the queue of a device after its time', async () => {
    bed = await open();
    const gateway = await bed.connect('gw', {
      clientId: 'gw-lasting',
      clean: false,
      protocolVersion: 5,
      properties: { sessionExpiryInterval: 60 },
    });
    await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
    await say(gateway, 'barolo/state/gw', { online: true, ts: at, bd: 20 });
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await eventually(() => expect(bed.telemetry.isOnline({ site: 'barolo', node: 'gw' })).toBe(true));
    await gateway.endAsync(true);
    const order = { site: 'barolo', device: 'inv1', set: { WMaxLimPct: 40 }, by: 'ada', expiresS: 1 };
    expect(await bed.telemetry.orders.give(order)).toMatchObject({ outcome: 'timed-out' });
    await wait(1_500);
    const words = ['-p', String(server.port), '-i', 'gw-lasting', '-c', '-q', '1', '-V', '5', '-W', '1', '-t', 'none'];
    const { stdout } = await run(pathOf('mosquitto_sub'), words).catch((error: { stdout: string }) => error);
    expect(stdout).toBe('');
  });
});
