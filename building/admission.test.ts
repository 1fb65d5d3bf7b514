import { describe, expect, it } from 'vitest';
import { MINUTE, powerOf } from '#estate/units.ts';
import { admit, type Candidate } from './admission.ts';

const NOW = 100 * MINUTE;
const car = (key: string, minutes: number | null, more: Partial<Candidate> = {}): Candidate => ({
  key,
  floorW: powerOf(6, 3),
  energyWh: 1_000,
  startedAt: 0,
  turn: minutes === null ? null : { admitted: minutes >= 0, since: NOW - Math.abs(minutes) * MINUTE },
  idle: false,
  ...more,
});

/** The second column of a car: minutes since it was let in; negative, minutes that it has waited; null, new. */
describe('admission, with room for one of two', () => {
  it.each<[string, Candidate[], string[]]>([
    ['the least energy comes first', [car('a', null), car('b', null, { energyWh: 10 })], ['b']],
    ['of two alike the one that came first', [car('a', null, { startedAt: 5 }), car('b', null)], ['b']],
    ['who was just let in stays', [car('a', 2, { energyWh: 9_000 }), car('b', -20)], ['a']],
    ['who has waited 15 minutes gets its turn', [car('a', 5), car('b', -15, { energyWh: 9_000 })], ['b']],
    ['who has waited longest comes first', [car('a', -16), car('b', -30)], ['b']],
    ['a new car does not break a turn', [car('a', 10, { energyWh: 9_000 }), car('b', null, { energyWh: 0 })], ['a']],
    ['after 15 minutes a turn may end', [car('a', 15, { energyWh: 9_000 }), car('b', null, { energyWh: 0 })], ['b']],
    ['who was just sent to wait waits 3 minutes', [car('a', -2)], []],
    ['and no longer when there is room', [car('a', -3)], ['a']],
    ['a full car makes room', [car('a', 5, { idle: true }), car('b', -4)], ['b']],
    ['but keeps its place while nobody needs it', [car('a', 5, { idle: true })], ['a']],
    ['one phase fits where three do not', [car('a', 1), car('b', -20), car('c', null, { floorW: 1_380 })], ['a', 'c']],
  ])('%s', (_, candidates, expected) => {
    expect(admit(candidates, powerOf(6, 3) + 1_400, NOW)).toEqual(expected);
  });

  it('lets nobody in without room', () => {
    expect(admit([car('a', 1), car('b', -20)], 4_139, NOW)).toEqual([]);
  });
});
