import { describe, expect, it } from 'vitest';
import { BUILT_IN, type BuiltIn } from '#simulators/scenario/built-in.ts';
import { createRunPlace } from '../platform/run-place.ts';

/** What makes each short on three sites. */
const SHORT: Record<BuiltIn, readonly string[]> = {
  day: ['--speed', '600'],
  blackout: ['--speed', '20'],
  'site-outage': ['--speed', '600'],
  'storm-and-slow-disk': ['--speed', '5'],
  'bad-clock': ['--speed', '600'],
  'swallowed-replies': ['--speed', '300'],
  'firmware-wave': ['--set', 'grid=as-built', '--speed', '8'],
  'sunny-weekend': [],
  'winter-morning': [],
  hostile: ['--set', 'pause=5ms', '--speed', '15'],
};
const isAll = process.env['POLISGRID_TEST_SCENARIOS'] === 'all';
const names = isAll ? BUILT_IN : (['blackout', 'hostile'] as const);
const LONGEST_MS = isAll ? 900_000 : 120_000;

/** What a machine that has other work may not hold; who runs all of them gives them the machine. */
const TIMES = isAll ? [] : ['reconnected', 'calls.p99', 'lag'];

interface Report {
  failure: string | null;
  expectations: { figure: string; measured: number | null; held: boolean }[];
  verification: { found: number } | null;
}

describe('A built-in scenario on three sites', { concurrent: !isAll }, () => {
  it.each(names)(
    '%s does as it expects, and the platform says what was true',
    async (name) => {
      await using place = await createRunPlace();
      const { code, text } = await place.sim('run', name, '--own', '--set', 'sites=3', ...SHORT[name]);
      expect(await place.has(`runs/${name}-1/report.json`), text).toBe(true);
      const { failure, verification, expectations } = JSON.parse(
        await place.read(`runs/${name}-1/report.json`),
      ) as Report;
      const broken = expectations.filter(({ held }) => !held);
      expect(failure).toBeNull();
      expect(verification).toMatchObject({ found: 0 });
      expect(broken.filter(({ figure, measured }) => measured === null || !TIMES.includes(figure))).toEqual([]);
      expect(code).toBe(broken.length === 0 ? 0 : 1);
      expect(await place.leftovers()).toEqual([]);
    },
    LONGEST_MS,
  );
});
