import { describe, expect, it } from 'vitest';
import type { Reading } from '#estate/sample.ts';
import { lineOf } from './line-protocol.ts';

const reading: Reading = {
  site: 'barolo',
  device: 'barolo-pv',
  type: 'pv-inverter',
  ts: 1_700_000_000_123,
  values: { W: 4312.5 },
};

describe('A line', () => {
  it.each<[string, Partial<Reading>, string]>([
    ['has tags, fields and its time', {}, 'pv-inverter,device=barolo-pv,site=barolo W=4312.5 1700000000123'],
    [
      'has a field for each metric',
      { values: { W: 1, TmpCab: 41.5 } },
      'pv-inverter,device=barolo-pv,site=barolo W=1,TmpCab=41.5 1700000000123',
    ],
    [
      'writes whole, small and large numbers as floats',
      { values: { a: -0, b: 5e-324, c: 1e21 } },
      'pv-inverter,device=barolo-pv,site=barolo a=0,b=5e-324,c=1e+21 1700000000123',
    ],
    [
      'has a quality where it is not good',
      { values: { W: 1, A: 2 }, quality: { A: 500 } },
      'pv-inverter,device=barolo-pv,site=barolo W=1,A=2,q_A=500i 1700000000123',
    ],
    [
      'has how late it was received, in whole seconds',
      { receivedAt: 1_700_000_001_700 },
      'pv-inverter,device=barolo-pv,site=barolo W=4312.5,delay:s=2i 1700000000123',
    ],
    [
      'has it negative where the clock of the device is ahead',
      { receivedAt: 1_699_999_700_000 },
      'pv-inverter,device=barolo-pv,site=barolo W=4312.5,delay:s=-300i 1700000000123',
    ],
    [
      'has none that cannot be',
      { receivedAt: Number.NaN },
      'pv-inverter,device=barolo-pv,site=barolo W=4312.5 1700000000123',
    ],
    [
      'takes a metric named like a property of every object',
      { values: { constructor: 1 }, quality: {} },
      'pv-inverter,device=barolo-pv,site=barolo constructor=1 1700000000123',
    ],
    [
      'keeps a comma from beginning a tag',
      { device: 'a,site=x' },
      'pv-inverter,device=a\\,site\\=x,site=barolo W=4312.5 1700000000123',
    ],
    [
      'keeps a space from beginning the fields',
      { device: 'a W=9 1' },
      'pv-inverter,device=a\\ W\\=9\\ 1,site=barolo W=4312.5 1700000000123',
    ],
    ['leaves a quote as it is', { device: '"a"' }, 'pv-inverter,device="a",site=barolo W=4312.5 1700000000123'],
    ['leaves a backslash as it is', { device: 'a\\b' }, 'pv-inverter,device=a\\b,site=barolo W=4312.5 1700000000123'],
    ['is UTF-8', { site: 'forlì-電' }, 'pv-inverter,device=barolo-pv,site=forlì-電 W=4312.5 1700000000123'],
  ])('%s', (_, odd, line) => {
    expect(lineOf({ ...reading, ...odd })).toBe(line);
  });

  it.each<[string, Partial<Reading>]>([
    ['a line feed', { device: 'a\nb,device=c W=1' }],
    ['a carriage return', { device: 'a\rb' }],
    ['U+0000', { site: 'a\u0000b' }],
    ['a backslash at the end', { device: 'a\\' }],
    ['nothing in a tag', { site: '' }],
    ['a number sign that would make it a comment', { type: '#pv' }],
  ])('is not written with %s', (_, odd) => {
    expect(lineOf({ ...reading, ...odd })).toBeNull();
  });
});
