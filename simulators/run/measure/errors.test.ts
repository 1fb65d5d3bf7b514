import { describe, expect, it } from 'vitest';
import { createErrorGroups } from './errors.ts';

const grouped = (errors: [text: string, peer: string][]) => {
  const groups = createErrorGroups();
  for (const [text, peer] of errors) groups.add(text, peer);
  return groups.list();
};

describe('Errors of the platform', () => {
  it.each([
    ['connect ECONNREFUSED 127.0.0.1:41233', 'connect ECONNREFUSED …'],
    ['Unexpected server response: 503', 'Unexpected server response: 503'],
    [
      'StopTransaction: InternalError: transaction 4711 is unknown',
      'StopTransaction: InternalError: transaction … is unknown',
    ],
    ['transaction 3f2b8a60-5d0e-4f7a-9d7c-1f3f0c8a7e11 is closed', 'transaction … is closed'],
    ['The charger polis-0042-2 is not known', 'The charger … is not known'],
    ['since 2026-11-21T07:30:00Z the meter says 12.5 kWh', 'since … the meter says … kWh'],
    ['OCPP 2.0.1 is not spoken, but ocpp1.6 is', 'OCPP 2.0.1 is not spoken, but ocpp1.6 is'],
    ['line one\u001b[K\nline two', 'line one [K line two'],
  ])('are known by their words: %s', (text, words) => {
    expect(grouped([[text, 'polis-0042-2']]).map((group) => group.text)).toEqual([words]);
  });

  it('that differ only by peer and number are counted together, with the first peer as the example', () => {
    const list = grouped([
      ['a-1: busy', 'a-1'],
      ['tag 17 is unknown', 'b'],
      ['tag 18 is unknown', 'c'],
    ]);
    expect(list).toEqual([
      { text: 'tag … is unknown', count: 2, peer: 'b' },
      { text: '…: busy', count: 1, peer: 'a-1' },
    ]);
  });

  it('stay bounded whatever the platform says', () => {
    const letters = (n: number) => Array.from(String(n), (digit) => 'abcdefghij'[Number(digit)]).join('');
    const list = grouped(Array.from({ length: 500 }, (_, n) => [`failure ${letters(n)} ${'x'.repeat(5000)}`, 'p']));
    expect(list).toHaveLength(51);
    expect(list[0]).toMatchObject({ count: 450 });
    expect(list.every(({ text }) => text.length <= 200)).toBe(true);
  });
});
