import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DASHBOARDS, fillMacros, queriesOf } from '#dashboards/grafana/index.ts';
import { systemClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { HOUR, MINUTE } from '#estate/units.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import { startInflux, type InfluxServer } from '#tests/servers/influx.ts';

const FROM = Date.UTC(2026, 4, 1, 10);
const TO = FROM + HOUR;

let influx: InfluxServer;

/** What the devices of a site measure in an hour, minute by minute. Steady, so that sums are easy to tell. */
function measured(site: string): Reading[] {
  const devices: [type: string, device: string, valuesAt: (minute: number) => Record<string, number>][] = [
    ['grid-meter', 'grid', (minute) => ({ W: 3_000, TotWhImp: 9_000 + 50 * minute, TotWhExp: 100 + minute })],
    ['building-meter', 'building', (minute) => ({ W: 2_000, TotWhImp: 33 * minute })],
    // The inverter's register starts again from 0 half-way.
    ['pv-inverter', 'pv', (minute) => ({ W: 6_000, TotWhInj: minute < 30 ? 80_000 + 100 * minute : 100 * minute })],
    ['indoor-air', 'air', (minute) => ({ CO2: 600 + minute, TmpAir: 21, RH: 40 })],
    ['charging-station', 'c1:1', (minute) => ({ W: 4_000, TotWhImp: 67 * minute })],
    ['charging-station', 'c1:2', (minute) => ({ W: 3_000, TotWhImp: 50 * minute })],
  ];
  const minutes = Array.from({ length: 60 }, (_, minute) => minute);
  return devices.flatMap(([type, device, valuesAt]) =>
    minutes.map((minute) => ({ site, device, type, ts: FROM + minute * MINUTE, values: valuesAt(minute) })),
  );
}

beforeAll(async () => {
  influx = await startInflux();
  const series = openInfluxSeries({ url: influx.url('estate'), clock: systemClock });
  await series.append([...measured('barolo'), ...measured('alba')]);
  await series.close();
});
afterAll(() => influx[Symbol.asyncDispose]());

const answer = z.object({
  results: z.tuple([
    z.object({
      error: z.string().optional(),
      series: z
        .array(
          z.object({
            name: z.string(),
            tags: z.record(z.string(), z.string()).optional(),
            values: z.array(z.array(z.unknown())),
          }),
        )
        .default([]),
    }),
  ]),
});

async function ask(query: string, site: string | string[]) {
  const filled = fillMacros(query, { from: FROM, to: TO, interval: MINUTE, variables: { site } });
  const { error, series } = answer.parse(await influx.ask('estate', filled)).results[0];
  expect(error, filled).toBeUndefined();
  return series;
}

const QUERIES = Object.values(DASHBOARDS).flatMap(queriesOf);

describe('every query of the Grafana dashboards, on a real InfluxDB', () => {
  it.each(QUERIES)('$where: answers at least one series', async ({ query }) => {
    for (const site of ['.*', 'barolo', ['alba', 'barolo']]) {
      const series = await ask(query, site);
      expect(series.length).toBeGreaterThanOrEqual(1);
      expect(series.flatMap(({ values }) => values.filter(([, value]) => value !== null)).length).toBeGreaterThan(0);
    }
  });

  it('offers the sites to choose from', async () => {
    const [variable] = QUERIES.filter(({ where }) => where === 'variable site');
    const series = await ask(variable?.query ?? '', '.*');
    expect(new Set(series.flatMap(({ values }) => values.map(([, site]) => site)))).toEqual(
      new Set(['alba', 'barolo']),
    );
  });

  it.each([
    ['Power of sun, grid, building and cars, A', 6_000],
    ['Power of sun, grid, building and cars, B', 3_000],
    ['Power of sun, grid, building and cars, C', 2_000],
    ['Power of sun, grid, building and cars, D', 7_000],
  ])('%s: is the power of one site, and twice that of two', async (name, powerW) => {
    const query = QUERIES.find(({ where }) => where === `panel ${name}`)?.query ?? '';
    const powers = async (site: string | string[]) =>
      (await ask(query, site)).flatMap(({ values }) => values.flatMap(([, value]) => value ?? []));
    expect(new Set(await powers('barolo'))).toEqual(new Set([powerW]));
    expect(new Set(await powers(['alba', 'barolo']))).toEqual(new Set([2 * powerW]));
  });

  it.each([
    ['From the grid today, A', 50 * 59, 50 * 5],
    ['Into the grid today, A', 59, 5],
    ['Into cars today, A', 117 * 59, 117 * 5],
    // From 0 to the first value after the restart nothing is known: that and its five minutes are lost.
    ['From the sun today, A', 100 * 59, 100 * 10],
  ])('%s: counts what the registers did, but for some minutes', async (name, energyWh, lostWh) => {
    const query = QUERIES.find(({ where }) => where === `panel ${name}`)?.query ?? '';
    const [series] = await ask(query, 'barolo');
    const counted = Number(series?.values[0]?.[1]);
    expect(counted).toBeLessThanOrEqual(energyWh);
    expect(counted).toBeGreaterThanOrEqual(energyWh - lostWh);
  });

  it('draws each EVSE as a series of its own', async () => {
    const query = QUERIES.find(({ where }) => where === 'panel Power of each charger, A')?.query ?? '';
    expect((await ask(query, 'barolo')).map(({ tags }) => tags?.['device'])).toEqual(['c1:1', 'c1:2']);
  });
});
