import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteRecords } from './engines/sqlite/engine.ts';
import { createJournal, type Journal } from './journal.ts';

let journal: Journal;

beforeEach(async () => {
  const modules = [new URL('journal.ts', import.meta.url).href];
  journal = createJournal(await openSqliteRecords({ file: ':memory:', modules }));
});
afterEach(() => journal.close());

/** Entries one ms apart, the first at 0. */
const fill = (count: number) =>
  journal.append(
    'readings',
    Array.from({ length: count }, (_, ts) => ({ key: '', ts, body: `${ts}` })),
  );
const left = async () => (await journal.read('readings', { after: 0, limit: 10_000 })).map(({ ts }) => ts);

describe('what is old in the journal', () => {
  it('is forgotten, however much it is, and what is young stays', async () => {
    await fill(3_500);
    expect(await journal.trim('readings', 3_499)).toBe(3_499);
    expect(await left()).toEqual([3_499]);
    expect(await journal.trim('readings', 3_499)).toBe(0);
  });

  it('stays until every consumer of the stream has read it', async () => {
    const last = await fill(2_500);
    await journal.advance('fast', 'readings', last);
    await journal.advance('slow', 'readings', 1_800);
    await journal.advance('elsewhere', 'frames', 1);
    expect(await journal.trim('readings', Infinity)).toBe(1_800);
    expect(await left()).toHaveLength(700);
    await journal.advance('slow', 'readings', last);
    expect(await journal.trim('readings', Infinity)).toBe(700);
  });

  it('is forgotten a little at a time: what is to be kept meanwhile does not wait for the rest', async () => {
    await fill(3_500);
    const order: string[] = [];
    await Promise.all([
      journal.trim('readings', Infinity).then(() => order.push('all is forgotten')),
      journal.append('frames', [{ key: 'IT-1', ts: 0, body: '' }]).then(() => order.push('a frame is kept')),
    ]);
    expect(order).toEqual(['a frame is kept', 'all is forgotten']);
  });
});
