import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { messageOf } from '#estate/errors.ts';
import { METRIC_PATTERN } from '#estate/ids.ts';
import { createEstateV1 } from '../dialects/estate-v1/index.ts';
import { DEFAULT_ROOT } from '../dialects/estate-v1/topics.ts';
import { readingsOf } from '../field/readings.ts';
import { DEVICE_TYPES } from './list.ts';

const here = new URL('.', import.meta.url);
const dialect = createEstateV1({ root: DEFAULT_ROOT, hostId: 'main' });
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());

const metrics = DEVICE_TYPES.flatMap(({ type, metrics: all }) =>
  Object.entries(all).map(([name, metric]) => [`${type} ${name}`, name, metric] as const),
);

/** UCUM, case sensitive: what stands in braces is a remark on a plain number. */
const UNITS = `1 % W W.h V A V.A Hz Cel lx s m m/s deg Pa m3 m3/h mm W/m2 ug/m3 [ppm] [ppb] dB[SPL] dB{mW} bit/s By
  {state} {bits} {people} {openings} {uses} {boxes} {parcels}`.split(/\s+/);

const deviceCase = z.strictObject({
  title: z.string(),
  topic: z.string(),
  payload: z.unknown().optional(),
  /** The payload as it stands, where JSON.stringify could not have written it. */
  text: z.string().optional(),
  now: z.number().optional(),
  readings: z.array(z.unknown()).optional(),
  strays: z.array(z.unknown()).default([]),
  error: z.string().optional(),
});

/** What is expected, in the words of outcomeOf(). */
function expectationOf({ readings, strays, error }: Pick<DeviceCase, 'readings' | 'strays' | 'error'>): unknown {
  return error ?? { readings, strays };
}

function outcomeOf(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (error) {
    return messageOf(error);
  }
}

type DeviceCase = z.infer<typeof deviceCase>;

function casesOf(type: string) {
  const folder = new URL(`${type}/cases/`, here);
  return readdirSync(folder).map((file) => {
    const read = deviceCase.parse(JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
    return [`${type}/${file}: ${read.title}`, read] as const;
  });
}

describe('the list of device types', () => {
  it('has every folder, by its name', () => {
    expect(DEVICE_TYPES.map(({ type }) => type).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
  });

  it.each(metrics)('%s has a name, a unit, a range and a period that make sense', (_, name, metric) => {
    const { min = -Infinity, max = Infinity, period, unit, deadband = 0, states = {} } = metric;
    expect(name).toMatch(METRIC_PATTERN);
    expect(metric.title).not.toBe('');
    expect(UNITS).toContain(unit);
    expect(min).toBeLessThan(max);
    expect(deadband).toBeGreaterThanOrEqual(0);
    expect(period).toBeGreaterThan(0);
    expect(unit === '{state}').toBe(Object.keys(states).length > 0);
  });

  it.each(metrics.filter(([, , { counter }]) => counter))('%s counts from zero, and is not told', (_, __, metric) => {
    expect(metric).toMatchObject({ min: 0 });
    expect(metric.rw).toBeUndefined();
  });

  it('marks every register of energy as a counter', () => {
    const registers = metrics.filter(([, , { unit, max }]) => unit === 'W.h' && max === undefined);
    expect(registers.length).toBeGreaterThan(10);
    expect(registers.filter(([, , { counter }]) => !counter)).toEqual([]);
  });

  it('gives a metric the same unit wherever it is', () => {
    const units = Map.groupBy(metrics, ([, name]) => name);
    const mixed = [...units].filter(([, all]) => new Set(all.map(([, , { unit }]) => unit)).size > 1);
    expect(mixed.map(([name]) => name)).toEqual([]);
  });

  it.each(DEVICE_TYPES.filter(({ from }) => from !== 'platform').map(({ type }) => [type]))(
    '%s has cases of what is right and of what is odd or wrong',
    (type) => {
      const cases = casesOf(type).map(([, one]) => one);
      const isOdd = ({ error, strays, readings = [] }: DeviceCase) =>
        error !== undefined || strays.length > 0 || readings.some((reading) => 'quality' in Object(reading));
      expect(cases.filter((one) => !isOdd(one)).length).toBeGreaterThan(0);
      expect(cases.filter(isOdd).length).toBeGreaterThan(0);
    },
  );
});

describe.each(DEVICE_TYPES)('$type', (type) => {
  it.each(casesOf(type.type))('%s', (_, { topic: text, payload, now, ...expected }) => {
    const address = dialect.address(text);
    const decode = () => {
      const [news] = address?.read(Buffer.from(expected.text ?? JSON.stringify(payload))) ?? [];
      if (!address || news?.kind !== 'points') throw new Error(`${text} carries no measurements`);
      const look = { typeOf: () => type, now: now ?? news.points[0]?.ts ?? 0 };
      const { readings, strays } = readingsOf(address.site, news.points, look);
      return { readings, strays };
    };
    expect(outcomeOf(decode)).toEqual(expectationOf(expected));
  });
});
