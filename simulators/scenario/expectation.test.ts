import { describe, expect, it } from 'vitest';
import type { FigureName, Figures } from '../run/figures.ts';
import { conditionInWords, conditionText, holds } from './expectation.ts';

describe('an expectation', () => {
  it.each<[FigureName, string, Partial<Figures>, boolean]>([
    ['reconnected', '<= 12', { reconnected: 12 }, true],
    ['reconnected', '<12 s', { reconnected: 12 }, false],
    ['differences', '= 0', { differences: 0 }, true],
    ['differences', '!= 0', { differences: 0 }, false],
    ['energy', '> 1.5 kWh', { energy: 1.6 }, true],
    ['calls.rate', '>=20/s', { 'calls.rate': 20 }, true],
    ['connected', '= 100 %', { connected: 49, chargers: 50 }, false],
    ['connected', '>= 98%', { connected: 49, chargers: 50 }, true],
    ['calls.errors', '<= 0.1 %', { 'calls.errors': 1, calls: 1000 }, true],
    ['calls.p99', '<= 100', {}, false],
    ['connected', '>= 98 %', { connected: 49 }, false],
  ])('%s %s of %j holds: %s', (figure, text, measured, expected) => {
    expect(holds(conditionText(figure).parse(text), measured)).toBe(expected);
  });

  it.each([100, 5_000])(
    'of a share holds where the count is on its boundary, for all whole percents of %d',
    (chargers) => {
      const held = (sign: string, percent: number, connected = (percent * chargers) / 100) =>
        holds(conditionText('connected').parse(`${sign} ${percent} %`), { connected, chargers });
      for (let percent = 0; percent <= 100; percent++) {
        const said = ['=', '>=', '<=', '!=', '>', '<'].filter((sign) => held(sign, percent));
        expect(said, `${percent} %`).toEqual(['=', '>=', '<=']);
        expect(held('>=', percent, (percent * chargers) / 100 - 1)).toBe(false);
        expect(held('<=', percent, (percent * chargers) / 100 + 1)).toBe(false);
      }
    },
  );

  it.each<[FigureName, string, string]>([
    ['reconnected', '<=12', '<= 12 s'],
    ['connected', '>=99.5%', '>= 99.5 % of chargers'],
    ['queued', '= 0', '= 0'],
  ])('%s %s is %s in words', (figure, text, words) => {
    expect(conditionInWords(conditionText(figure).parse(text))).toBe(words);
  });

  it.each<[FigureName, unknown]>([
    ['reconnected', '12'],
    ['reconnected', '=> 12'],
    ['reconnected', '<= 12 ms'],
    ['reconnected', '<= -1'],
    ['queued', '= 10 %'],
    ['queued', 0],
  ])('%s %j is none', (figure, text) => {
    expect(conditionText(figure).safeParse(text).success).toBe(false);
  });
});
