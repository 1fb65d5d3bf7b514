import { describe, expect, it } from 'vitest';
import type { FigureName } from '../run/figures.ts';
import { clockTime, figure, inRome, span } from './format.ts';
import { conditionInWords, FIGURE_GROUPS, LABELS, measuredInWords } from './labels.ts';

describe('A figure', () => {
  it.each<[FigureName, number | null, string]>([
    ['calls', 29_871, '29,871'],
    ['points', 12_345_678, '12.3 M'],
    ['calls.rate', 162.46, '162/s'],
    ['calls.p50', 0.84, '0.84 ms'],
    ['calls.p95', 13.24, '13.2 ms'],
    ['calls.max', 12_036.4, '12,036 ms'],
    ['reconnected', 5.83, '5.8 s'],
    ['energy', 61.4, '61.4 kWh'],
    ['memory', 318.4, '318 MB'],
    ['lag', 0, '0 s'],
    ['reconnected', null, '–'],
  ])('%s of %s is shown as %s', (name, value, text) => {
    expect(figure(name, value)).toBe(text);
  });

  it('has a name and a row, each of them', () => {
    const shown = new Set(FIGURE_GROUPS.flatMap(({ figures }) => figures));
    expect(Object.keys(LABELS).filter((name) => !shown.has(name as FigureName))).toEqual(['chargers', 'strangers']);
    expect(Math.max(...Object.values(LABELS).map(({ length }) => length))).toBeLessThanOrEqual(39);
  });
});

describe('An expectation', () => {
  it.each([
    ['<= 12', 'at most 12 s'],
    ['<3', 'less than 3 s'],
    ['>= 1.5', 'at least 1.5 s'],
    ['> 0', 'more than 0 s'],
    ['= 0', 'exactly 0 s'],
    ['!= 7', 'other than 7 s'],
    ['about 3', 'about 3'],
  ])('%s is said as %s', (condition, words) => {
    expect(conditionInWords({ stage: null, figure: 'reconnected', condition, measured: 1, held: true })).toBe(words);
  });

  it('of which nothing was measured says so', () => {
    const each = { stage: null, figure: 'reconnected', condition: '< 1', measured: null, held: false } as const;
    expect(measuredInWords(each)).toBe('nothing to measure');
  });
});

describe('Time', () => {
  it.each([
    [1.42, '1.4 s', '00:01'],
    [40, '40 s', '00:40'],
    [134.4, '2 min 14 s', '02:14'],
    [3720, '1 h 02 min', '1:02:00'],
  ])('of %d s is %s, and %s on the clock of the run', (seconds, words, clock) => {
    expect([span(seconds), clockTime(seconds)]).toEqual([words, clock]);
  });

  it('is that of Rome, in winter and in summer', () => {
    expect(inRome('2026-11-21T06:30:00.000Z')).toBe('21 Nov 2026, 07:30:00');
    expect(inRome('2026-07-01T06:30:00Z')).toBe('1 Jul 2026, 08:30:00');
  });
});
