import { describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { createCounters } from './counters.ts';
import { createTouched, type Touch } from './touched.ts';

const T0 = Date.UTC(2026, 0, 15);
const QUARTER = 15 * MINUTE;
const owner = { type: 'hvac-unit', site: 'barolo', device: 'hvac' };

function createBed() {
  const touched = createTouched(
    createCounters([
      { type: 'hvac-unit', metric: 'TotWhImp', perHour: 1e6, periodMs: MINUTE },
      { type: 'hvac-unit', metric: 'RunS', perHour: Infinity, periodMs: HOUR },
    ]),
  );
  const note = (at: number, values: Record<string, number>, quality?: Record<string, number>) => {
    const reading: Reading = { ...owner, ts: T0 + at, values, ...(quality && { quality }) };
    return touched.note(touched.ownerOf(owner), reading);
  };
  return { touched, note };
}

/** The steps of a tier, as minutes from midnight. */
const minutes = (touches: readonly Touch[], tier = 'quarter') =>
  touches
    .filter((touch) => touch.tier === tier)
    .map(({ at }) => (at - T0) / MINUTE)
    .toSorted((a, b) => a - b);
const from = (first: number, last: number) =>
  Array.from({ length: (last - first) / 15 + 1 }, (_, index) => first + index * 15);

describe('A reading touches', () => {
  it.each<[string, number, Record<string, number>, number[]]>([
    ['its own step', 600, { TmpCab: 20 }, [600]],
    ['those up to a gap around, while it is not known what is there', 600, { TotWhImp: 1 }, [585, 600, 615]],
    ['those up to twice the period around, of a counter that is measured seldom', 600, { RunS: 1 }, from(480, 720)],
  ])('%s', (_, minute, values, wanted) => {
    const { note } = createBed();
    const touches = note(minute * MINUTE, values);
    expect([minutes(touches), minutes(touches, 'day')]).toEqual([wanted, [0]]);
  });

  it.each<
    [string, [minute: number, metric: 'TmpCab' | 'TotWhImp' | 'RunS'][], number, Record<string, number>, number[]]
  >([
    ['since the value before', [[590, 'TotWhImp']], 600, { TotWhImp: 2 }, [585, 600]],
    [
      'since the value before of the same counter',
      [
        [590, 'TotWhImp'],
        [600, 'TmpCab'],
      ],
      601,
      { TotWhImp: 2 },
      [585, 600],
    ],
    [
      'since the value before of one that is measured seldom',
      [
        [590, 'RunS'],
        [600, 'TmpCab'],
      ],
      650,
      { RunS: 2 },
      from(585, 645),
    ],
    ['alone, after a gap', [[580, 'TotWhImp']], 600, { TotWhImp: 2 }, [600]],
    ['up to a gap around, when it comes late', [[900, 'TotWhImp']], 600, { TotWhImp: 2 }, [585, 600, 615]],
    ['of the day before too', [[-5, 'TotWhImp']], 5, { TotWhImp: 2 }, [-15, 0]],
  ])('the steps %s', (_, before, minute, values, wanted) => {
    const { touched, note } = createBed();
    for (const [at, metric] of before) note(at * MINUTE, { [metric]: 1 });
    touched.take(T0 + 10 * DAY);
    touched.done();
    expect(minutes(note(minute * MINUTE, values))).toEqual(wanted);
  });

  it('none of which the raw points are gone', () => {
    const { touched, note } = createBed();
    touched.notBefore(T0);
    const touches = note(5 * MINUTE, { RunS: 1 });
    expect([minutes(touches), minutes(touches, 'day')]).toEqual([from(0, 120), [0]]);
  });

  it('those since the last good value, past a bad one', () => {
    const { touched, note } = createBed();
    note(590 * MINUTE, { TotWhImp: 1 });
    note(600 * MINUTE, { TotWhImp: 9 }, { TotWhImp: Quality.bad });
    touched.take(T0 + 10 * DAY);
    touched.done();
    expect(minutes(note(601 * MINUTE, { TotWhImp: 2 }))).toEqual([585, 600]);
  });
});

describe('A step that was taken', () => {
  const asked = { devices: ['hvac'], from: T0, to: T0 + DAY };

  it('is out of date until it is done', () => {
    const { touched, note } = createBed();
    note(600 * MINUTE, { TmpCab: 20 });
    const taken = touched.take(T0 + DAY);
    expect([minutes(taken), minutes(taken, 'day'), touched.size()]).toEqual([[600], [0], 0]);
    expect(minutes(touched.among('quarter', asked))).toEqual([600]);
    expect(minutes(touched.among('day', asked), 'day')).toEqual([0]);
    touched.done();
    expect([...touched.among('quarter', asked), ...touched.among('day', asked)]).toEqual([]);
  });

  it('is touched again by what comes meanwhile, and its day with it', () => {
    const { touched, note } = createBed();
    note(600 * MINUTE, { TmpCab: 20 });
    touched.take(T0 + DAY);
    note(601 * MINUTE, { TmpCab: 21 });
    touched.done();
    expect([minutes(touched.all()), minutes(touched.all(), 'day')]).toEqual([[600], [0]]);
  });

  it('is not taken before it is over', () => {
    const { touched, note } = createBed();
    note(600 * MINUTE, { TmpCab: 20 });
    expect(touched.take(T0 + 600 * MINUTE + QUARTER - 1)).toEqual([]);
    expect(minutes(touched.take(T0 + 600 * MINUTE + QUARTER))).toEqual([600]);
  });
});
