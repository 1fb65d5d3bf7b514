import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Reading } from '#estate/sample.ts';
import { openStores } from '../specimens/test-bed.ts';
import { type Backlog, createBacklog, type Portion } from './backlog.ts';
import { createSpool, type Spool } from './spool.ts';

let stores: Awaited<ReturnType<typeof openStores>>;
let begin: number;
let backlog: Backlog;
let spool: Spool;

beforeAll(async () => {
  stores = await openStores();
});
afterAll(() => stores.close());
beforeEach(async () => {
  begin = await stores.journal.head('readings');
  backlog = createBacklog(stores.journal);
  spool = createSpool({ journal: stores.journal, clock: stores.ground.clock, onStored: () => undefined });
});

const readings = (count: number, first = 0): Reading[] =>
  Array.from({ length: count }, (_, index) => ({
    site: 'barolo',
    device: 'meter',
    type: 'grid-meter',
    ts: 1_000 * (first + index),
    values: { W: first + index, VA: 0.1 },
  }));
/** All that follows a position, read one portion after another as the writer does. */
async function rest(position: number): Promise<Portion[]> {
  const portions: Portion[] = [];
  for (let next = await backlog.after(position); next; next = await backlog.after(next.position)) portions.push(next);
  return portions;
}
const valuesOf = (portions: readonly Portion[]) =>
  portions.flatMap((one) => one.readings.map(({ values }) => values.W));

describe('the backlog', () => {
  it('is read in batches, all of it in order and once', async () => {
    for (let n = 0; n < 80; n++) await spool.put(readings(1_000, 1_000 * n));
    const portions = await rest(begin);
    expect(portions.length).toBeGreaterThan(8);
    expect(portions.slice(0, -1).every(({ isFull }) => isFull)).toBe(true);
    expect(valuesOf(portions)).toEqual(readings(80_000).map(({ values }) => values.W));
    expect(portions.at(-1)?.position).toBe(await stores.journal.head('readings'));
  });

  it('is read again from a position before', async () => {
    for (let n = 0; n < 80; n++) await spool.put(readings(500, 500 * n));
    const first = await backlog.after(begin);
    expect(first?.readings.length).toBeLessThan(20_000);
    expect(valuesOf(await rest(begin))).toEqual(readings(40_000).map(({ values }) => values.W));
  });

  it('says of each reading when it was received', async () => {
    const before = stores.ground.clock.now();
    await spool.put(readings(2));
    const [portion] = await rest(begin);
    for (const { receivedAt } of portion?.readings ?? []) {
      expect(receivedAt).toBeGreaterThanOrEqual(before);
      expect(receivedAt).toBeLessThanOrEqual(stores.ground.clock.now());
    }
    expect(portion?.readings).toHaveLength(2);
  });
});
