import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { FOR_EVER, planOf, type Horizon } from './plan.ts';

const QUARTER = 15 * MINUTE;
const D = Date.UTC(2026, 0, 15);

describe('A question by step', () => {
  it.each<[string, [from: number, to: number, step: number], Partial<Horizon>, [string, number, number][]]>([
    ['takes raw points for narrow steps', [D, D + DAY, 5 * MINUTE], {}, [['raw', D, D + DAY]]],
    [
      'takes raw points for steps that are no multiple of a quarter',
      [D, D + DAY, 20 * MINUTE],
      {},
      [['raw', D, D + DAY]],
    ],
    ['takes quarters of an hour', [D, D + DAY, HOUR], {}, [['quarter', D, D + DAY]]],
    ['takes days', [D, D + 3 * DAY, DAY], {}, [['day', D, D + 3 * DAY]]],
    [
      'takes finer ones for the ends',
      [D - HOUR - MINUTE, D + DAY + HOUR + MINUTE, DAY],
      {},
      [
        ['raw', D - HOUR - MINUTE, D - HOUR],
        ['quarter', D - HOUR, D],
        ['day', D, D + DAY],
        ['quarter', D + DAY, D + DAY + HOUR],
        ['raw', D + DAY + HOUR, D + DAY + HOUR + MINUTE],
      ],
    ],
    ['takes raw points within one step', [D + 1, D + 2, QUARTER], {}, [['raw', D + 1, D + 2]]],
    [
      'takes coarser ones for what is no longer kept',
      [D, D + 2 * DAY, 5 * MINUTE],
      { raw: D + DAY, quarter: D + HOUR },
      [
        ['day', D, D + HOUR],
        ['quarter', D + HOUR, D + DAY],
        ['raw', D + DAY, D + 2 * DAY],
      ],
    ],
    [
      'takes nothing of what is kept nowhere',
      [D, D + DAY, DAY],
      { raw: D + 9 * DAY, quarter: D + 9 * DAY, day: D + 9 * DAY },
      [],
    ],
    ['takes nothing of an empty span', [D, D, DAY], {}, []],
  ])('%s', (_, [from, to, step], horizon, wanted) => {
    const spans = planOf({ from, to, step }, { ...FOR_EVER, ...horizon });
    expect(spans.map((span) => [span.tier, span.from, span.to])).toEqual(wanted);
  });
});
