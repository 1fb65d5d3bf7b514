import { describe, expect, it } from 'vitest';
import type { Reading } from '#estate/sample.ts';
import { isMetric, onlyMetric, sieve } from './sieve.ts';

const reading: Reading = { site: 'barolo', device: 'barolo-grid', type: 'grid-meter', ts: 1, values: { W: 1 } };

describe('The sieve', () => {
  it.each([
    ['an ordinary reading', reading],
    ['a device that is named oddly', { ...reading, device: 'a b,c="d"=e\\\'/ü 電' }],
    ['a metric named like a property of every object', { ...reading, values: { constructor: 1, toString: 2 } }],
    ['a value with its quality', { ...reading, quality: { W: 500 } }],
  ])('lets pass %s', (_, fit) => {
    expect(sieve([fit])).toEqual({ fit: [fit], dead: [] });
  });

  it.each([
    ['an empty device', { device: '' }, /device/],
    ['a device of more than one line', { device: 'a\nb' }, /device/],
    ['a site with U+0000', { site: 'a\u0000' }, /site/],
    ['a type that could be SQL', { type: 'x"; DROP TABLE y' }, /device type/],
    ['a type that is empty', { type: '' }, /device type/],
    ['an instant that is no number', { ts: Number.NaN }, /instant/],
    ['an instant with a fraction', { ts: 1.5 }, /instant/],
    ['an instant that no store can count to', { ts: 1e15 }, /instant/],
  ])('keeps back %s', (_, odd, reason) => {
    const { fit, dead } = sieve([{ ...reading, ...odd }, reading]);
    expect(fit).toEqual([reading]);
    expect(dead).toEqual([{ reading: { ...reading, ...odd }, reason: expect.stringMatching(reason) as string }]);
  });

  it.each([
    ['not a number', 'W', Number.NaN, /no finite number/],
    ['infinite', 'W', Number.POSITIVE_INFINITY, /no finite number/],
    ['null, as JSON writes NaN', 'W', null as unknown as number, /no finite number/],
    ['text', 'W', '1i' as unknown as number, /no finite number/],
    ['named with a quote', 'W"', 1, /no metric/],
    ['named with a line break', 'W\nx', 1, /no metric/],
    ['named like a column of ours', 'Site', 1, /reserved/],
    ['named like a quality of ours', 'q_W', 1, /reserved/],
  ])('keeps back a metric that is %s, and lets the others of its reading pass', (_, metric, value, reason) => {
    const { fit, dead } = sieve([{ ...reading, values: { A: 7, [metric]: value } }]);
    expect(fit).toEqual([{ ...reading, values: { A: 7 } }]);
    expect(dead).toEqual([
      { reading: { ...reading, values: { [metric]: value } }, reason: expect.stringMatching(reason) as string },
    ]);
  });

  it('keeps back a value whose quality is no code', () => {
    const { fit, dead } = sieve([{ ...reading, quality: { W: 1.5 } }]);
    expect({ fit, dead: dead.length }).toEqual({ fit: [], dead: 1 });
  });

  it('takes a reading without values for nothing', () => {
    expect(sieve([{ ...reading, values: {} }])).toEqual({ fit: [], dead: [] });
  });

  it('knows which metrics may be asked for', () => {
    expect(['W', 'TotWhImp', 'time', 'W";', ''].map(isMetric)).toEqual([true, true, false, false, false]);
  });

  it('can take one metric out of a reading, with its quality', () => {
    const both = { ...reading, values: { W: 1, A: 2 }, quality: { A: 500 } };
    expect(onlyMetric(both, 'W')).toEqual({ ...reading, values: { W: 1 } });
    expect(onlyMetric(both, 'A')).toEqual({ ...reading, values: { A: 2 }, quality: { A: 500 } });
  });
});
