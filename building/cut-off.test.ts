import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND, powerOf } from '#estate/units.ts';
import { START, grid, input, limits, load, obeyed, rules } from './share-specimens.ts';
import { share } from './share.ts';

describe('the sharing of power', () => {
  it('keeps the default of a charger that is offline, from a minute before its limit lapses', () => {
    const told = (fallbackA?: number) => {
      const loads = [load('a', fallbackA === undefined ? {} : { fallbackA }), load('b')];
      return obeyed(share(input({ gridLimitW: 40_000, loads }), rules));
    };
    const keptAfter = (seconds: number, fallbackA?: number) => {
      const now = START + seconds * SECOND;
      const gone = load('a', {
        online: false,
        powerW: 0,
        measuredAt: now,
        ...(fallbackA === undefined ? {} : { fallbackA }),
      });
      return share(input({ now, gridLimitW: 40_000, previous: told(fallbackA), loads: [gone] }), rules).reservedW;
    };
    const heldA = 24;
    expect([539, 540, 600].map((seconds) => keptAfter(seconds, 8))).toEqual(
      [heldA, heldA, 8].map((currentA) => powerOf(currentA, 3)),
    );
    expect([539, 540, 600].map((seconds) => keptAfter(seconds))).toEqual([heldA, 32, 32].map((a) => powerOf(a, 3)));
  });

  it('counts a car that has no limit yet with the default of its charger', () => {
    const refused = { limitA: 6, at: START, outcome: 'rejected' as const };
    const previous = share(input({ loads: [load('a', { fallbackA: 8 })] }), rules);
    previous.loads = previous.loads.map((one) => ({ ...one, refused }));
    expect(share(input({ previous, loads: [load('a', { fallbackA: 8 })] }), rules).reservedW).toBe(powerOf(8, 3));
  });

  it('keeps what cars may draw at chargers that are cut off, and puts down to them what the grid meter sees', () => {
    const first = share(input({ loads: [load('a')], unseenW: 5_520 }), rules);
    expect(first).toMatchObject({ baseW: 6_200, reservedW: 5_520 });
    expect(limits(first)).toEqual([12]);
    const now = START + MINUTE;
    const car = load('a', { powerW: powerOf(12, 3), currentA: 12, measuredAt: now });
    const meters = grid(6_200 + powerOf(12, 3) + 5_000, now);
    const drawn = share(input({ now, meters, loads: [car], unseenW: 5_520, previous: obeyed(first) }), rules);
    expect(drawn).toMatchObject({ baseW: 6_200, reservedW: 5_520 });
    expect(limits(drawn)).toEqual([12]);
  });
});
