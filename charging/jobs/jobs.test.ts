import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { charger, openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';
import type { JobKind } from './job.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});
afterEach(async () => {
  specimen.charging.stop();
  await specimen.records.close();
});

const at = (minute: number) => TEN + minute * MINUTE;
const C1 = charger('C1');

async function ask(minute: number, said: { request?: number | null; url?: string; kind?: JobKind } = {}) {
  const { request = null, url = 'https://fw.test/1.bin', kind = 'firmware-update' } = said;
  await specimen.clock.advance(at(minute) - specimen.clock.now());
  await specimen.charging.jobs.asked({ charger: C1, kind, request, terms: { url }, at: at(minute) });
}
const answer = (minute: number, state = 'accepted', request: number | null = null) =>
  specimen.charging.jobs.answered({ charger: 'C1', kind: 'firmware-update', request, state, at: at(minute) });
const report = (minute: number, state: string, request: number | null = null) =>
  specimen.charging.jobs.reported({ charger: C1, kind: 'firmware-update', request, state, at: at(minute) });
const jobs = async () => (await specimen.charging.jobs.list({ charger: 'C1', limit: 9 })).toReversed();
const outline = async () =>
  (await jobs()).map(({ outcome, states }) => [outcome, ...states.map(({ state }) => state)].join(' '));

describe('a job', () => {
  test('keeps its history, with times, under its number', async () => {
    await ask(0, { request: 7 });
    await answer(1, 'accepted', 7);
    for (const [n, state] of ['downloading', 'downloading', 'downloaded', 'installed'].entries()) {
      await report(2 + n, state, 7);
    }
    expect(await jobs()).toEqual([
      {
        id: expect.any(String) as string,
        charger: 'C1',
        site: 'barolo',
        kind: 'firmware-update',
        request: 7,
        terms: { url: 'https://fw.test/1.bin' },
        outcome: 'done',
        states: [
          { state: 'asked', at: at(0) },
          { state: 'accepted', at: at(1) },
          { state: 'downloading', at: at(2) },
          { state: 'downloaded', at: at(4) },
          { state: 'installed', at: at(5) },
        ],
        fileName: null,
        locations: [],
      },
    ]);
  });

  test.each<[string, (string | number)[][], string[]]>([
    [
      'without a number is the newest that runs',
      [['ask'], ['accepted'], ['report', 'downloading']],
      ['running asked accepted downloading'],
    ],
    [
      'may have news before its answer',
      [['ask'], ['report', 'downloading'], ['accepted']],
      ['running asked downloading'],
    ],
    [
      'that is refused has failed, and later news are not its',
      [['ask'], ['refused'], ['report', 'downloading']],
      ['failed asked refused', 'running downloading'],
    ],
    ['that nobody asked for is kept', [['report', 'installed']], ['done installed']],
    [
      'is told of twice, and kept once',
      [
        ['report', 'installed'],
        ['report', 'installed'],
      ],
      ['done installed'],
    ],
    [
      'goes on when a download is tried again',
      [['ask'], ['accepted'], ['report', 'download-failed'], ['report', 'downloading']],
      ['running asked accepted download-failed downloading'],
    ],
    ['is not begun by a charger that does nothing', [['report', 'idle']], []],
    [
      'gives way to a newer one',
      [['ask'], ['accepted'], ['ask'], ['accepted'], ['report', 'downloading']],
      ['superseded asked accepted superseded', 'running asked accepted downloading'],
    ],
    [
      'does not give way to one that is refused',
      [['ask'], ['accepted'], ['ask'], ['refused']],
      ['running asked accepted', 'failed asked refused'],
    ],
    ['in words of a vendor goes on', [['report', 'almost-there']], ['running almost-there']],
  ])('%s', async (_, steps, expected) => {
    for (const [minute, [verb, state]] of steps.entries()) {
      if (verb === 'ask') await ask(minute);
      else if (verb === 'report') await report(minute, String(state));
      else await answer(minute, String(verb));
      await specimen.clock.advance(MINUTE);
    }
    expect(await outline()).toEqual(expected);
  });

  test('is found by its number, though a newer one runs', async () => {
    await ask(0, { request: 1 });
    await answer(0, 'accepted', 1);
    await ask(1, { request: 2 });
    await answer(1, 'accepted', 2);
    await report(2, 'installed', 1);
    expect(await outline()).toEqual(['superseded asked accepted superseded installed', 'running asked accepted']);
  });

  test('is lost after a day without news, and found again by news', async () => {
    await specimen.charging.start();
    await ask(0);
    await answer(0);
    await specimen.clock.advance(DAY - HOUR);
    expect(await outline()).toEqual(['running asked accepted']);
    await specimen.clock.advance(2 * HOUR);
    await expect.poll(outline).toEqual(['lost asked accepted lost']);
    await report(26 * 60, 'installed');
    expect(await outline()).toEqual(['done asked accepted lost installed']);
  });

  test('is not lost before its time has come', async () => {
    const installAt = TEN + 7 * DAY;
    const terms = { url: 'https://fw.test/1.bin', installAt };
    await specimen.charging.jobs.asked({ charger: C1, kind: 'firmware-update', request: 1, terms, at: TEN });
    await specimen.charging.jobs.sweep(installAt + DAY - 1);
    expect(await outline()).toEqual(['running asked']);
    await specimen.charging.jobs.sweep(installAt + DAY);
    expect(await outline()).toEqual(['lost asked lost']);
  });

  test('hides what is secret in its URL', async () => {
    await ask(0, { url: 'ftp://joe:secret@ftp.test/logs?X-Amz-Signature=abc' });
    expect((await jobs())[0]?.terms?.url).toBe('ftp://***:***@ftp.test/logs?X-Amz-Signature=***');
  });
});

test('a publication names where it is, until it is withdrawn', async () => {
  const checksum = 'd41d8cd98f00b204e9800998ecf8427e';
  const publication = { kind: 'publication' as const, request: 3 };
  const { jobs: face } = specimen.charging;
  await face.asked({ charger: C1, ...publication, terms: { checksum }, at: TEN });
  await face.answered({ charger: 'C1', ...publication, state: 'accepted', at: TEN });
  await face.reported({ charger: C1, ...publication, state: 'published', locations: ['http://lc/1.bin'], at: TEN });
  expect(await jobs()).toMatchObject([{ outcome: 'done', locations: ['http://lc/1.bin'] }]);
  await face.unpublished({ charger: 'C1', checksum: checksum.toUpperCase(), at: TEN });
  expect(await jobs()).toMatchObject([
    { outcome: 'done', locations: [], states: [{}, {}, {}, { state: 'unpublished' }] },
  ]);
});

test('jobs are listed by their outcome, newest first', async () => {
  await ask(0, { request: 1 });
  await ask(1, { request: 2 });
  await answer(2, 'rejected', 2);
  const list = (outcome: 'running' | 'failed') => specimen.charging.jobs.list({ outcome, limit: 9 });
  expect((await list('running')).map(({ request }) => request)).toEqual([1]);
  expect((await list('failed')).map(({ request }) => request)).toEqual([2]);
  const [newest] = await specimen.charging.jobs.list({ limit: 1 });
  expect(newest?.request).toBe(2);
  expect(await specimen.charging.jobs.list({ before: newest?.id ?? '', limit: 9 })).toMatchObject([{ request: 1 }]);
  expect(await specimen.charging.jobs.job(newest?.id ?? '')).toEqual(newest);
});
