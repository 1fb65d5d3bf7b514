import { describe, expect, it } from 'vitest';
import type { RunResult } from '../run/result.ts';
import { ALLOWED_SPECIMEN, PASSED_SPECIMEN, SPECIMEN } from './specimen.ts';
import { verdictOf } from './verdict.ts';

describe('The verdict', () => {
  it('of a run in which everything held is that it passed', () => {
    expect(verdictOf(PASSED_SPECIMEN)).toEqual({
      word: 'Passed',
      sentence: "All 6 expectations held, and the platform's records are what happened in the field.",
      next: 'Nothing needs a look.',
    });
  });

  it('counts the differences and names the first', () => {
    const { word, sentence, next } = verdictOf(SPECIMEN);
    expect(word).toBe('Failed');
    expect(sentence).toContain('differ from the field in 2 places, and 1 expectation did not hold');
    expect(next).toContain('Look first at this: polis-0042-1 EVSE 2: the session');
  });

  it('of a run whose scenario allows for the differences is that it passed, and counts them', () => {
    expect(verdictOf(ALLOWED_SPECIMEN)).toEqual({
      word: 'Passed',
      sentence:
        "All 7 expectations held, and the platform's records differ from the field in 2 places, which the scenario allows.",
      next: 'Look at the differences.',
    });
  });

  it('of a run in which not every answer was waited for is that it need not repeat', () => {
    expect(verdictOf({ ...PASSED_SPECIMEN, unawaited: 3 }).next).toBe(
      '3 answers took too long to be waited for, so the same seed need not give this truth again.',
    );
    expect(verdictOf({ ...SPECIMEN, unawaited: 1 }).next).toMatch(/^Look first at .* 1 answer took too long/);
  });

  it('names the first expectation that did not hold, what was measured, and what was expected', () => {
    const { word, sentence, next } = verdictOf({ ...SPECIMEN, verification: PASSED_SPECIMEN.verification });
    expect([word, sentence]).toEqual(['Failed', '1 of 6 expectations did not hold.']);
    expect(next).toBe(
      'Look first at “All chargers back after the last cut” in the stage “back within 10 s”: it was 14.6 s, expected at most 12 s.',
    );
  });

  it('says how many chargers did not come back', () => {
    const [, , , last] = SPECIMEN.stages;
    const { next } = verdictOf({
      ...SPECIMEN,
      verification: null,
      stages: last ? [{ ...last, figures: { ...last.figures, connected: 4988, reconnected: null } }] : [],
      expectations: [
        { stage: 'back within 10 s', figure: 'reconnected', condition: '<= 12', measured: null, held: false },
      ],
    });
    expect(next).toContain('it was nothing to measure, expected at most 12 s. 12 chargers had not come back');
  });

  it.each<[string, Partial<RunResult>, string, RegExp]>([
    [
      'that broke off',
      { failure: 'the target went away', passed: false },
      'Failed',
      /broke off: the target went away\./,
    ],
    ['that was interrupted', { interrupted: true, passed: false }, 'Stopped', /stopped before its end/],
    ['that failed otherwise', { passed: false }, 'Failed', /did not come to its end/],
    ['of which nothing was expected', { expectations: [], verification: null }, 'Passed', /nothing was expected of it/],
  ])('of a run %s', (_, part, word, sentence) => {
    const verdict = verdictOf({ ...PASSED_SPECIMEN, ...part });
    expect(verdict.word).toBe(word);
    expect(verdict.sentence).toMatch(sentence);
    expect(verdict.next).not.toBe('');
  });

  it('says when the platform did not keep up', () => {
    const { figures } = PASSED_SPECIMEN;
    expect(verdictOf({ ...PASSED_SPECIMEN, figures: { ...figures, lag: 40 } }).next).toContain('40 s behind');
  });
});
