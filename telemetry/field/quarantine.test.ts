import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { openStores, openTestBed, say, sayRetained, type TestBed } from '../specimens/test-bed.ts';
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
    expect(bed.telemetry.counters()).toMatchObject({ journalled: 0, quarantined: 1, dead: 0 });
    expect(await bed.telemetry.devices({})).toEqual([]);
  });

  it('is taken with the metrics of its birth once it was adopted as generic, and all of its type with it', async () => {
    await sayRetained(gateway, 'barolo/birth/gw/toaster2', toaster);
    expect(await bed.telemetry.adopt(first(), 'generic')).toEqual({
      type: 'acme-toaster',
      as: 'acme-toaster',
      devices: 2,
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
    await bed.telemetry.catchUp();
    const asked = {
      devices: ['meter1'],
      metric: 'Slices',
      from: begin,
      to: at,
      step: HOUR,
      aggregate: 'rise',
    } as const;
    expect((await stores.series.query(asked))[0]?.points).toEqual([[begin, 4]]);
    expect(await countersIn(stores.records)).toContainEqual({
      type: 'acme-meter',
      metric: 'Slices',
      perHour: Infinity,
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
