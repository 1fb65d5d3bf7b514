import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStage, type Script, type Stage } from '../specimens/scripted-charger.ts';
import { QUIRK_FILES } from './list.ts';
import { mannersFor, PLAIN_MANNERS, QUIRKS, quirksIn, readQuirk } from './quirks.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage[Symbol.asyncDispose]());

interface CaseFile {
  about: string;
  cases: (Script & { unnamed?: boolean })[];
}

describe.each(Object.entries(QUIRK_FILES as Record<string, CaseFile>))('%s', (name, { cases }) => {
  test.each(cases.map((script, index) => [script.protocol, index + 1, script] as const))(
    'over %s, case %d: it is served, and what it does is known',
    async (_protocol, _number, script) => {
      expect(script.steps).not.toEqual([]);
      await stage.play(script, script.unnamed ? [] : [name]);
    },
  );
});

test('every file of the folder is in the list', () => {
  const files = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.json'));
  expect(files.map((file) => file.replace(/\.json$/, '')).toSorted()).toEqual(Object.keys(QUIRK_FILES).toSorted());
  expect(QUIRKS.length).toBeGreaterThanOrEqual(16);
});

describe('quirks', () => {
  const all = [
    readQuirk('silent', { about: '', match: { vendor: '^ada$', firmware: '^1\\.' }, switches: { pingEveryS: 0 } }),
    readQuirk('watts', { about: '', match: { model: 'one' }, switches: { limits: { unit: 'W' } } }),
    readQuirk('chatty', { about: '', switches: { pingEveryS: 20, limits: { stackLevel: 0 } } }),
  ];
  const traits = { vendor: 'ADA', model: 'One', firmware: '1.7', quirks: [] as string[] };

  test('are matched by what a charger says of itself, whatever the case', () => {
    expect(quirksIn(traits, all).map(({ quirk, known }) => [quirk.name, known])).toEqual([
      ['silent', 'matched'],
      ['watts', 'matched'],
    ]);
    expect(quirksIn({ ...traits, firmware: '2.0' }, all)).toHaveLength(1);
    expect(quirksIn({ vendor: null, model: null, firmware: null, quirks: [] }, all)).toEqual([]);
  });

  test('add up; what a person named holds over what was matched', () => {
    expect(mannersFor(traits, all)).toEqual({
      ...PLAIN_MANNERS,
      pingEveryS: 0,
      limits: { stackLevel: 1, kind: 'Relative', unit: 'W' },
    });
    expect(mannersFor({ ...traits, quirks: ['chatty'] }, all)).toEqual({
      ...PLAIN_MANNERS,
      pingEveryS: 20,
      limits: { stackLevel: 0, kind: 'Relative', unit: 'W' },
    });
  });

  test('that are unknown by now are passed over', () => {
    expect(mannersFor({ ...traits, vendor: 'Bea', model: 'Two', quirks: ['gone'] }, all)).toEqual(PLAIN_MANNERS);
  });
});
