import { setTimeout as wait } from 'node:timers/promises';
import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { putDevice } from '#storage/registry.ts';
import { openStores, openTestBed, say, sayRetained, secretOf, type TestBed } from '../specimens/test-bed.ts';
import { countersIn } from './adopted-types.ts';

const at = Date.now();
const toaster = {
  ts: at,
  type: 'acme-toaster',
  model: 'Acme 9000',
  metrics: { Heat: { unit: 'W', min: 0, max: 2_000, period: 5 }, Lever: { unit: '1', rw: 'rw', min: 0, max: 1 } },
};

let stores: Awaited<ReturnType<typeof openStores>>;
let bed: TestBed;
let gateway: MqttClient;

const open = async () => {
  bed = await openTestBed(stores);
  gateway = await bed.connect('gw');
};
const restart = async () => {
  await bed.close();
  await open();
};

beforeEach(async () => {
  stores = await openStores();
  await open();
});
afterEach(async () => {
  await bed.close();
  await stores.close();
});

const held = () => bed.telemetry.quarantine().filter(({ held: birth }) => birth !== null);
const first = () => held()[0]?.id ?? '';

describe('a metric that nobody knows', () => {
  it('is kept with its latest value, over a restart', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter', metrics: { Mood: {} } });
    for (const Mood of [7, 8]) await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 1, Mood } });
    const mood = { site: 'barolo', device: 'inv1', metric: 'Mood', times: 3, value: 8 };
    expect(bed.telemetry.quarantine()).toMatchObject([mood]);
    await restart();
    expect(bed.telemetry.quarantine()).toMatchObject([mood]);
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 1, Mood: 9 } });
    expect(bed.telemetry.quarantine()).toMatchObject([{ ...mood, times: 4, value: 9 }]);
  });

  it('is one of at most two thousand', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await sayRetained(gateway, 'barolo/birth/gw/toaster', toaster);
    for (let message = 0; message < 9; message++) {
      const v = Object.fromEntries(Array.from({ length: 250 }, (_, n) => [`M${message}_${n}`, n]));
      await say(gateway, 'barolo/data/gw/inv1', { ts: at, v });
    }
    expect(bed.telemetry.quarantine()).toHaveLength(2_000);
    expect(held()).toMatchObject([{ device: 'toaster' }]);
    await restart();
    expect(bed.telemetry.quarantine()).toHaveLength(2_000);
  });

  it('cannot be adopted: it is of no type', async () => {
    await say(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { Mood: 1 } });
    const [{ id } = { id: '' }] = bed.telemetry.quarantine();
    await expect(bed.telemetry.adopt(id, 'generic')).rejects.toMatchObject({ code: 'conflict' });
    await expect(bed.telemetry.adopt('nothing', 'generic')).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a device of an unknown type', () => {
  beforeEach(() => sayRetained(gateway, 'barolo/birth/gw/toaster', toaster));

  it('waits, over a restart too, and what it measures is counted there', async () => {
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { Heat: 900 } });
    await restart();
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { Heat: 901 } });
    expect(held()).toMatchObject([
      { device: 'toaster', metric: null, times: 3, held: { node: 'gw', birth: { type: 'acme-toaster' } } },
    ]);
    expect(held()[0]?.reason).toContain(`/v1/quarantine/${first()}/adopt`);
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 0, quarantined: 1, held: 1, dead: 0 });
    expect(await bed.telemetry.devices({})).toEqual([]);
  });

  it('is taken with the metrics of its birth once it was adopted as generic, and all of its type with it', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/toaster2', toaster);
    expect(await bed.telemetry.adopt(first(), 'generic')).toEqual({
      type: 'acme-toaster',
      as: 'acme-toaster',
      devices: 2,
      waiting: 0,
    });
    expect(held()).toEqual([]);
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { Heat: 900, Crumbs: 3 } });
    await sayRetained(gateway, 'barolo/birth/gw/toaster3', toaster);
    await restart();
    await say(gateway, 'barolo/data/gw/toaster3', { ts: at, v: { Heat: 2_001 } });
    expect(await bed.telemetry.devices({})).toMatchObject([
      { device: 'toaster', type: 'acme-toaster' },
      { device: 'toaster2', type: 'acme-toaster' },
      { device: 'toaster3', type: 'acme-toaster' },
    ]);
    expect(bed.telemetry.latest('barolo')).toMatchObject([
      { device: 'toaster', type: 'acme-toaster', values: { Heat: 900 } },
      { device: 'toaster3', values: { Heat: 2_001 }, quality: { Heat: 0 } },
    ]);
    expect(bed.telemetry.quarantine()).toMatchObject([{ device: 'toaster', metric: 'Crumbs' }]);
  });

  it('comes with what it measured while it waited, over a restart too, each once', async () => {
    const since = at - DAY;
    for (let n = 0; n < 120; n++) await say(gateway, 'barolo/data/gw/toaster', { ts: since + n, v: { Heat: n } });
    await restart();
    const kept = Array.from({ length: 880 }, (_, n) => [since + 120 + n, { Heat: 120 + n }]);
    await say(gateway, 'barolo/hist/gw/toaster', { s: kept });
    await say(gateway, 'barolo/data/gw', {
      ts: at,
      seq: 1,
      d: { toaster: { v: { Heat: 7 } }, ghost: { v: { W: 1 } } },
    });
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { Crumbs: 3 } });
    await bed.telemetry.adopt(first(), 'generic');
    await bed.telemetry.catchUp();
    const asked = { devices: ['toaster'], metric: 'Heat', from: since, to: at + 1, limit: 10_000 };
    const values = (await stores.series.query(asked))[0]?.points.map(([, value]) => value);
    expect(values).toEqual([...Array.from({ length: 1_000 }, (_, n) => n), 7]);
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ device: 'toaster', values: { Heat: 7 } }]);
    expect(bed.facts.filter(({ kind }) => kind === 'reading')).toEqual([]);
    // Of before the restart: 120 of the 1,002 were held then. The ghost is dead, and crumbs have no place even now.
    expect(bed.telemetry.counters()).toMatchObject({ held: 882, adopted: 1_002, journalled: 1_001, dead: 2 });
    expect(bed.telemetry.deadLetters()[0]).toMatchObject({ reason: 'toaster: acme-toaster has none of its metrics' });
    expect(await bed.telemetry.lag()).toMatchObject([{ behind: 0 }]);
  });

  it('comes with what it measured when it is born anew as what is known, and not with what was before it waited', async () => {
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { W: 1 } });
    await sayRetained(gateway, 'barolo/birth/gw/toaster', '');
    // What was said in the same millisecond would come back too.
    await wait(2);
    await sayRetained(gateway, 'barolo/birth/gw/toaster', toaster);
    await say(gateway, 'barolo/data/gw/toaster', { ts: at + 1, v: { W: 2 } });
    await sayRetained(gateway, 'barolo/birth/gw/toaster', { ts: at, type: 'meter' });
    expect(bed.telemetry.counters()).toMatchObject({ held: 2, adopted: 1, journalled: 1, dead: 0 });
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ type: 'meter', values: { W: 2 } }]);
  });

  it('comes with nothing that another node said of it', async () => {
    const secretMac = stores.secrets.macOf(secretOf('gw2'));
    const other = { id: 'gw2', type: 'gateway', site: 'barolo', synthetic: true, at: 0, secretMac };
    await stores.records.run(putDevice, other);
    await say(await bed.connect('gw2'), 'barolo/data/gw2/toaster', { ts: at, v: { Heat: 1 } });
    expect(bed.telemetry.counters()).toMatchObject({ held: 0, dead: 1 });
    expect(held()[0]?.reason).toContain('/adopt');
  });

  it('has counters where its birth says so, which the series store knows at once and after a restart', async () => {
    const meter = { ts: at, type: 'acme-meter', metrics: { Slices: { unit: '{slices}', counter: true }, Heat: {} } };
    await sayRetained(gateway, 'barolo/birth/gw/meter1', meter);
    const { id } = held().find(({ device }) => device === 'meter1') ?? { id: '' };
    await bed.telemetry.adopt(id, 'generic');
    const begin = at - (at % HOUR) - HOUR;
    for (const [minute, Slices] of [
      [1, 10],
      [3, 14],
    ] as const) {
      await say(gateway, 'barolo/data/gw/meter1', { ts: begin + minute * MINUTE, v: { Slices } });
    }
    const asked = {
      devices: ['meter1'],
      metric: 'Slices',
      from: begin,
      to: at,
      step: HOUR,
      aggregate: 'rise',
    } as const;
    await expect.poll(async () => (await stores.series.query(asked))[0]?.points).toEqual([[begin, 4]]);
    expect(await countersIn(stores.records)).toContainEqual({
      type: 'acme-meter',
      metric: 'Slices',
      perHour: Infinity,
      periodMs: 5 * MINUTE,
    });
    expect(await countersIn(stores.records)).not.toContainEqual(expect.objectContaining({ metric: 'Heat' }));
  });

  it('is taken for a known type once it was adopted as that', async () => {
    expect(await bed.telemetry.adopt(first(), 'thermostat')).toMatchObject({ as: 'thermostat', devices: 1 });
    await say(gateway, 'barolo/data/gw/toaster', { ts: at, v: { HeatW: 900, Heat: 900 } });
    expect(bed.telemetry.latest('barolo')).toMatchObject([{ type: 'thermostat', values: { HeatW: 900 } }]);
    expect(bed.telemetry.quarantine().map(({ metric }) => metric)).toEqual(['Heat', 'Lever']);
  });

  it('is one of at most five hundred', async () => {
    for (let n = 0; n < 500; n++) await say(gateway, `barolo/birth/gw/t${n}`, { ts: at, type: `acme-${n}` });
    expect(held()).toHaveLength(500);
    expect(held().map(({ device }) => device)).not.toContain('toaster');
  });

  it.each([
    ['a charger, which speaks OCPP', 'charging-station', 'invalid'],
    ['what does not exist', 'unicorn', 'invalid'],
  ])('is not adopted as %s', async (_, as, code) => {
    await expect(bed.telemetry.adopt(first(), as)).rejects.toMatchObject({ code });
    expect(held()).toHaveLength(1);
  });

  it('is not taken for a type that measures in other units', async () => {
    const inKilowatt = { ts: at, type: 'acme-inverter', metrics: { W: { unit: 'kW' } } };
    await say(gateway, 'barolo/birth/gw/inv9', inKilowatt);
    const { id } = held().find(({ device }) => device === 'inv9') ?? { id: '' };
    await expect(bed.telemetry.adopt(id, 'pv-inverter')).rejects.toMatchObject({
      message: 'acme-inverter cannot be taken for a pv-inverter: W is in kW; send it in W.',
    });
  });

  it('waits on when it does not fit the type that it was adopted as, and keeps no other from it', async () => {
    for (const [device, unit] of Object.entries({ t1: 'kW', t2: 'W' })) {
      await sayRetained(gateway, `barolo/birth/gw/${device}`, { ...toaster, metrics: { W: { unit } } });
    }
    const { id } = held().find(({ device }) => device === 't2') ?? { id: '' };
    const adoption = { type: 'acme-toaster', as: 'pv-inverter', devices: 2, waiting: 1 };
    expect(await bed.telemetry.adopt(id, 'pv-inverter')).toEqual(adoption);
    expect((await bed.telemetry.devices({})).map(({ device }) => device)).toEqual(['t2', 'toaster']);
    await restart();
    const reason = 'acme-toaster was adopted as pv-inverter, but W is in kW; send it in W';
    expect(held()).toMatchObject([{ device: 't1', reason }]);
    await sayRetained(gateway, 'barolo/birth/gw/t1', { ...toaster, metrics: { W: { unit: 'W' } } });
    expect(held()).toEqual([]);
  });

  it('waits no longer when it is removed, or born as what is known', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/toaster', '');
    expect(held()).toEqual([]);
    await sayRetained(gateway, 'barolo/birth/gw/toaster', toaster);
    await sayRetained(gateway, 'barolo/birth/gw/toaster', { ts: at, type: 'meter' });
    expect(held()).toEqual([]);
    expect(await bed.telemetry.devices({})).toMatchObject([{ type: 'meter' }]);
  });

  it('is no longer what it was born as before', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/inv1', { ts: at, type: 'pv-inverter' });
    await say(gateway, 'barolo/data/gw/inv1', { ts: at, v: { W: 1 } });
    await sayRetained(gateway, 'barolo/birth/gw/inv1', toaster);
    expect(await bed.telemetry.devices({})).toEqual([]);
    expect(bed.telemetry.latest('barolo')).toEqual([]);
  });
});
