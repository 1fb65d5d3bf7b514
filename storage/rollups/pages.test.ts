import { describe, expect, it } from 'vitest';
import type { Reading } from '#estate/sample.ts';
import { DAY, SECOND } from '#estate/units.ts';
import { pagesOf } from './pages.ts';

const reading = (ts: number, device = 'd'): Reading => ({ site: 's', device, type: 't', ts, values: { W: 1 } });

/** A store of readings, and what it was asked for. */
function storeOf(readings: readonly Reading[]) {
  const asked: { from: number; to: number; found: number }[] = [];
  const fetch = ({ from, to, limit }: { from: number; to: number; limit: number }) => {
    const found = readings.filter(({ ts }) => ts >= from && ts < to).slice(0, limit);
    asked.push({ from, to, found: found.length });
    return Promise.resolve(found);
  };
  return { asked, fetch };
}

async function allOf(pages: AsyncIterable<Reading[]>) {
  const all: Reading[][] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('Pages of readings', () => {
  const query = { metrics: ['W'], from: 0, to: 365 * DAY };

  it('hold every reading once, in order of time, where there are few and where there are many', async () => {
    const dense = Array.from({ length: 100_000 }, (_, n) => reading(100 * DAY + n * 100));
    const sparse = Array.from({ length: 365 }, (_, n) => reading(n * DAY + 7 * SECOND));
    const { fetch } = storeOf([...sparse, ...dense].toSorted((a, b) => a.ts - b.ts));
    const pages = await allOf(pagesOf(fetch, query));
    const times = pages.flat().map(({ ts }) => ts);
    expect(times).toHaveLength(100_365);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(20_000);
  });

  it('ask seldom where there is nothing', async () => {
    const { fetch, asked } = storeOf([]);
    expect(await allOf(pagesOf(fetch, query))).toEqual([]);
    expect(asked.length).toBeLessThan(30);
  });

  it('hold what lies within one second, however much that is', async () => {
    const { fetch } = storeOf(Array.from({ length: 50_000 }, (_, n) => reading(5, `d${n}`)));
    expect((await allOf(pagesOf(fetch, { ...query, to: 10 }))).flat()).toHaveLength(50_000);
  });

  it('order readings of one instant by site and device', async () => {
    const { fetch } = storeOf([reading(5, 'b'), reading(5, 'a'), reading(4, 'c')]);
    expect((await allOf(pagesOf(fetch, query))).flat().map(({ device }) => device)).toEqual(['c', 'a', 'b']);
  });
});
