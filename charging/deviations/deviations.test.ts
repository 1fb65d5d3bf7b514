import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { TEN } from '../specimens.ts';
import { BEYOND, MOST_WAYS } from './kept.ts';
import { createQuirks } from './quirks.ts';
import { createDeviations } from './tally.ts';

const modules = [new URL('../records.ts', import.meta.url).href];

async function open(file = ':memory:') {
  const records = await openSqliteRecords({ file, modules });
  const clock = handClock(TEN);
  const log: string[] = [];
  const note = (_fields: object, message: string) => void log.push(message);
  const ground = { clock, random: seededRandom('tally'), log: { ...silentLog, warn: note } };
  return { records, clock, log, tally: createDeviations({ records, ground }), quirks: createQuirks(records) };
}

const odd = { action: 'MeterValues', field: 'connectorId', kind: 'number-as-text', found: '1' } as const;

test('deviations are counted, and told by how often they were met', async () => {
  const { records, clock, tally } = await open();
  tally.note('C1', odd);
  await clock.advance(SECOND);
  tally.note('C1', odd);
  tally.note('C1', { action: 'Heartbeat', field: '', kind: 'no-boot' });
  tally.note('C2', odd);
  expect(await tally.of('C1')).toEqual([
    {
      action: 'MeterValues',
      field: 'connectorId',
      kind: 'number-as-text',
      count: 2,
      firstAt: TEN,
      lastAt: TEN + SECOND,
      example: '"1"',
    },
    {
      action: 'Heartbeat',
      field: '',
      kind: 'no-boot',
      count: 1,
      firstAt: TEN + SECOND,
      lastAt: TEN + SECOND,
      example: null,
    },
  ]);
  expect(await tally.totals(['C1', 'C2', 'C3'])).toEqual(
    new Map([
      ['C1', 3],
      ['C2', 1],
    ]),
  );
  expect(await tally.totals([])).toEqual(new Map());
  await records.close();
});

test('counts are stored by the clock and when all stops, and go on after a restart', async () => {
  const file = join(tmpdir(), `polisgrid-deviations-${process.pid}.db`);
  const first = await open(file);
  first.tally.note('C1', odd);
  expect(await first.tally.totals(['C1'])).toEqual(new Map());
  await first.clock.advance(10 * SECOND);
  expect(await first.tally.totals(['C1'])).toEqual(new Map([['C1', 1]]));
  first.tally.note('C1', { ...odd, found: '2' });
  await first.tally.settled();
  await first.records.close();

  const second = await open(file);
  await second.clock.advance(60 * SECOND);
  second.tally.note('C1', { ...odd, found: '3' });
  expect(await second.tally.of('C1')).toEqual([
    expect.objectContaining({ count: 3, firstAt: TEN, lastAt: TEN + 60 * SECOND, example: '"3"' }),
  ]);
  await second.records.close();
  await Promise.all(['', '-wal', '-shm'].map((ending) => rm(file + ending, { force: true })));
});

test('what is found is shown in a few characters, and of a token only how long it is', async () => {
  const { records, tally } = await open();
  const found = ['x'.repeat(5_000), { a: 1 }, [1, 2], 7, null, 'a\0\ud800'];
  for (const [index, one] of found.entries()) tally.note('C1', { ...odd, field: `f${index}`, found: one });
  tally.note('C1', { ...odd, field: 'idToken.idToken', found: 'CARD-1' });
  const shown = new Map((await tally.of('C1')).map(({ field, example }) => [field, example]));
  expect([...shown.entries()].toSorted(([a], [b]) => a.localeCompare(b))).toEqual([
    ['f0', `"${'x'.repeat(80)}" … 5000 characters`],
    ['f1', '{}'],
    ['f2', '[2]'],
    ['f3', '7'],
    ['f4', 'null'],
    ['f5', '"a\\u0000\\ud800"'],
    ['idToken.idToken', '6 characters'],
  ]);
  await records.close();
});

test('a charger that is wrong in ever new ways fills neither memory nor store', async () => {
  const { records, tally } = await open();
  for (let round = 0; round < 3; round++) {
    for (let way = 0; way < 1_000; way++) tally.note('C1', { ...odd, field: `${round} ${way} \0${'x'.repeat(1_000)}` });
    await tally.settled();
  }
  const kept = await tally.of('C1');
  expect(kept.length).toBe(MOST_WAYS + 1);
  expect(kept[0]).toMatchObject({ action: BEYOND, field: BEYOND, kind: 'number-as-text', count: 3_000 - MOST_WAYS });
  expect(Math.max(...kept.map(({ field }) => field.length))).toBe(100);
  await records.close();
});

test('a store that fails is told of, and stops nothing', async () => {
  const { records, tally, log } = await open();
  await records.close();
  tally.note('C1', odd);
  await tally.settled();
  expect(log).toEqual(['Counts of deviations could not be stored.']);
});

test('quirks that a person names take the place of those before', async () => {
  const { records, quirks } = await open();
  await quirks.put('C1', ['b', 'a', 'a']);
  await quirks.put('C2', ['c']);
  expect(await quirks.of(['C1', 'C2', 'C3'])).toEqual(
    new Map([
      ['C1', ['a', 'b']],
      ['C2', ['c']],
    ]),
  );
  await quirks.put('C1', []);
  expect(await quirks.traits('C1')).toEqual({ vendor: null, model: null, firmware: null, quirks: [] });
  expect(await quirks.traits('C2')).toMatchObject({ quirks: ['c'] });
  await records.close();
});
