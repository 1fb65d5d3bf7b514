import { expect, it } from 'vitest';
import { seededRandom } from '#estate/random.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, MINUTE, SECOND } from '#estate/units.ts';
import { createAnswer } from './answer.ts';
import { createCounters } from './counters.ts';
import { fold } from './fold.ts';
import { createTouched } from './touched.ts';

const T0 = Date.UTC(2026, 0, 15);
const STEP = 7 * MINUTE;

it('What counters rose is worked out with few readings held, to the same numbers', async () => {
  const counters = createCounters([{ type: 'grid-meter', metric: 'TotWhImp', perHour: Infinity }]);
  const random = seededRandom('rise');
  const [from, to] = [T0 + MINUTE, T0 + DAY];
  const byDevice = Array.from({ length: 10 }, (_, n) => {
    let register = 0;
    const times = Array.from({ length: DAY / (10 * SECOND) }, (_unused, index) => T0 + index * 10 * SECOND);
    return times.map((ts): Reading => {
      register += random.next();
      return { site: 'barolo', device: `meter${n}`, type: 'grid-meter', ts, values: { TotWhImp: register } };
    });
  });
  const readings = byDevice.flat().toSorted((a, b) => a.ts - b.ts);
  const held: number[] = [];
  const answer = createAnswer({
    shelf: {
      rows(asked) {
        const found = readings.filter(({ ts }) => ts >= asked.from && ts < asked.to).slice(0, asked.limit);
        held.push(found.length);
        return Promise.resolve(found);
      },
      rawParts: () => Promise.resolve([]),
      keptParts: () => Promise.resolve([]),
    },
    touched: createTouched(counters),
    counters,
  });
  const devices = byDevice.map((_, n) => `meter${n}`);
  const parts = await answer({ tier: 'raw', from, to }, { devices, metric: 'TotWhImp', aggregate: 'rise' }, STEP);
  expect(Math.max(...held)).toBeLessThanOrEqual(20_001);
  const counter = counters.find('grid-meter', 'TotWhImp');
  const wanted = byDevice.flatMap((own, n) =>
    fold(own, 'TotWhImp', { from, to, width: STEP, counter }).map(({ at, rise }) => [
      `barolo\nmeter${n}`,
      Math.max(at, from),
      rise,
    ]),
  );
  expect(parts.map(([place, at, rise]) => [place, at, rise])).toEqual(wanted);
});
