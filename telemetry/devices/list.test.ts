import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { messageOf } from '#estate/errors.ts';
import { METRIC_PATTERN } from '#estate/ids.ts';
import { pointsOf, readingsOf } from '../decode.ts';
import { DEFAULT_ROOT, parseTopic } from '../topics.ts';
import { DEVICE_TYPES } from './list.ts';

const here = new URL('.', import.meta.url);
const folders = readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory());

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

  it.each(DEVICE_TYPES.map((type) => [type.type, type] as const))('%s: names and ranges make sense', (_, type) => {
    for (const [name, { min = -Infinity, max = Infinity, period, unit }] of Object.entries(type.metrics)) {
      expect(name).toMatch(METRIC_PATTERN);
      expect(min).toBeLessThan(max);
      expect(period).toBeGreaterThan(0);
      expect(unit).not.toBe('');
    }
  });
});

describe.each(DEVICE_TYPES)('$type', (type) => {
  it.each(casesOf(type.type))('%s', (_, { topic: text, payload, now, ...expected }) => {
    const topic = parseTopic(DEFAULT_ROOT, text);
    if (topic?.kind !== 'data' && topic?.kind !== 'hist') throw new Error(`${text} carries no measurements`);
    const decode = () => {
      const { points } = pointsOf(topic, Buffer.from(expected.text ?? JSON.stringify(payload)));
      return readingsOf(topic.site, points, { typeOf: () => type, now: now ?? points[0]?.ts ?? 0 });
    };
    expect(outcomeOf(decode)).toEqual(expectationOf(expected));
  });
});
