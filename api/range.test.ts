import { describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '#estate/units.ts';
import { rangeOf } from './range.ts';

const now = 10 * DAY;

describe('the range of a query', () => {
  it('is the last day unless told', () => {
    expect(rangeOf({ step: 300 }, now)).toEqual({ from: now - DAY, to: now, step: 5 * MINUTE });
  });

  it('may lie in the future', () => {
    expect(rangeOf({ from: now + 5, to: now + 10 }, now)).toEqual({ from: now + 5, to: now + 10, step: 0 });
  });

  it.each([
    ['empty', { from: 5, to: 5 }],
    ['backwards', { from: 6, to: 5 }],
    ['that begins after now, without an end', { from: now + 5 }],
    ['of a century in seconds', { from: 0, to: 36_525 * DAY, step: 1 }],
  ])('is refused when it is one %s', (_name, query) => {
    expect(() => rangeOf(query, now)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('is refused with the step that would do', () => {
    expect(() => rangeOf({ from: 0, to: 10 * DAY, step: 1 }, now)).toThrow('take 87 s or more');
    expect(rangeOf({ from: 0, to: 10 * DAY, step: 87 }, now).step).toBe(87_000);
  });
});
