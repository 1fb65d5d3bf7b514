import { describe, expect, it } from 'vitest';
import { type FigureName, FIGURES, type Figures } from './figures.ts';
import { PASSED_SPECIMEN, SPECIMEN } from '../report/specimen.ts';
import { agrees, judge } from './judge.ts';
import type { ExpectationResult } from './result.ts';

const figures = (some: Partial<Figures>): Figures => ({
  ...(Object.fromEntries(Object.keys(FIGURES).map((name) => [name, null])) as Record<FigureName, null>),
  ...some,
});
const expects = (figure: FigureName, operator: '=' | '<=' | '>=', value: number, of: FigureName | null = null) => {
  return { figure, operator, value, of };
};
const stage = (name: string, expected: ReturnType<typeof expects>[]) => {
  return { name, forMs: 1, faults: [], orders: [], expect: expected };
};

describe('Expectations', () => {
  it('of a stage are held against its own figures, those of the run against all of it', () => {
    const stages = [{ name: 'one', fromS: 0, toS: 1, figures: figures({ reconnected: 3 }) }];
    const expected = {
      stages: [stage('one', [expects('reconnected', '<=', 5)])],
      expect: [expects('differences', '=', 0)],
    };
    expect(judge(expected, { stages, figures: figures({ differences: 2, reconnected: 9 }) })).toEqual([
      { stage: 'one', figure: 'reconnected', condition: '<= 5', measured: 3, held: true },
      { stage: null, figure: 'differences', condition: '= 0', measured: 2, held: false },
    ]);
  });

  it('as shares are told in numbers', () => {
    const expected = { stages: [], expect: [expects('connected', '>=', 0.99, 'chargers')] };
    const [judged] = judge(expected, { stages: [], figures: figures({ chargers: 5000, connected: 4949 }) });
    expect(judged).toMatchObject({ condition: '>= 4950', measured: 4949, held: false });
  });

  it('of a stage that was not reached, or of what was not measured, did not hold', () => {
    const expected = { stages: [stage('two', [expects('calls', '>=', 0)])], expect: [expects('calls.p99', '<=', 10)] };
    expect(judge(expected, { stages: [], figures: figures({}) }).map(({ held }) => held)).toEqual([false, false]);
  });

  it('as shares of a count that is not known are told as they are', () => {
    const expected = { stages: [stage('two', [expects('connected', '=', 1, 'chargers')])], expect: [] };
    const [judged] = judge(expected, { stages: [], figures: figures({}) });
    expect(judged?.condition).toBe('= 100 % of chargers');
  });
});

describe('The platform', () => {
  const { verification } = SPECIMEN;
  const differences = (held: boolean): ExpectationResult => {
    return { stage: null, figure: 'differences', condition: '<= 5', measured: 2, held };
  };

  it.each<[boolean, string, Parameters<typeof agrees>[0]]>([
    [true, 'nothing differs', PASSED_SPECIMEN],
    [false, 'something differs', { verification, expectations: [] }],
    [true, 'no more differs than may', { verification, expectations: [differences(true)] }],
    [false, 'more differs than may', { verification, expectations: [differences(false), differences(true)] }],
    [false, 'it was not asked', { verification: null, expectations: [] }],
  ])('agrees with the field: %s, where %s', (expected, _, result) => {
    expect(agrees(result)).toBe(expected);
  });
});
