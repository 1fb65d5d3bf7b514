import { HOUR, MINUTE, powerOf, SECOND } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { type Car, charge, createCar, drawOf, type Offer, wantsNothing } from './car.ts';

const three: Offer = { currentA: 16, phases: 3, dc: false };
const following = (some: Partial<Car>, offer: Offer = three) =>
  createCar({ delayMs: 0, offerA: offer.currentA, ...some });
const run = (car: Car, offer: Offer, forMs: number) => charge(car, offer, { fromMs: 0, toMs: forMs });

describe('what a car takes', () => {
  it.each([
    ['its own maximum where more is offered', { maxA: 16 }, { ...three, currentA: 32 }, powerOf(16, 3)],
    ['the offer where it could take more', { maxA: 32 }, three, powerOf(16, 3)],
    ['one phase of three', { phases: 1, maxA: 32 }, { ...three, currentA: 32 }, powerOf(32, 1)],
    ['one phase where there is but one', { phases: 3 }, { currentA: 32, phases: 1, dc: false }, powerOf(16, 1)],
    ['nothing between 0 and 6 A', {}, { ...three, currentA: 5.9 }, 0],
    ['6 A at 6 A', {}, { ...three, currentA: 6 }, powerOf(6, 3)],
    ['half at 90 % of charge', { soc: 0.9 }, three, powerOf(8, 3)],
    ['nothing when full', { soc: 1 }, three, 0],
    ['nothing beyond where it was told to stop', { soc: 0.8, untilSoc: 0.8 }, three, 0],
    ['the power of a DC charger', { dcMaxW: 100_000 }, { currentA: 72.5, phases: 3, dc: true }, powerOf(72.5, 3)],
    ['no more than its battery bears at DC', { dcMaxW: 30_000 }, { currentA: 72.5, phases: 3, dc: true }, 30_000],
  ])('is %s', (_, some: Partial<Car>, offer: Offer, expected) => {
    expect(drawOf(following(some, offer), offer)).toBeCloseTo(expected, 6);
  });
});

describe('a charge', () => {
  it('is constant up to 80 %: an hour at 11 kW is 11.04 kWh, nine tenths of which reach the battery', () => {
    const car = following({ capacityWh: 60_000, soc: 0.2 });
    expect(run(car, three, HOUR)).toBeCloseTo(11_040, 3);
    expect(car.soc).toBeCloseTo(0.2 + (11_040 * 0.9) / 60_000, 6);
  });

  it('falls from there and ends close to full', () => {
    const car = following({ capacityWh: 40_000, soc: 0.75 });
    const powers = Array.from({ length: 30 }, () => run(car, three, 10 * MINUTE));
    expect(powers.every((each, n) => n === 0 || each <= (powers[n - 1] ?? 0) + 1e-9)).toBe(true);
    expect(wantsNothing(car)).toBe(true);
    expect(car.soc).toBeGreaterThan(0.99);
    expect(car.soc).toBeLessThanOrEqual(1);
  });

  it('takes no more than what the car came for', () => {
    const car = following({ capacityWh: 60_000, soc: 0.5, untilSoc: 0.8 });
    expect(run(car, three, 24 * HOUR)).toBeCloseTo((0.3 * 60_000) / 0.9, 0);
  });

  it('gives the same energy in one step and in many', () => {
    const [one, many] = [following({ soc: 0.7 }), following({ soc: 0.7 })];
    let sum = 0;
    for (let at = 0; at < 2 * HOUR; at += SECOND) sum += charge(many, three, { fromMs: at, toMs: at + SECOND });
    expect(Math.abs(run(one, three, 2 * HOUR) - sum) / sum).toBeLessThan(0.001);
  });

  it('follows a new offer after its delay, not before', () => {
    const car = following({ delayMs: 2000 });
    const less: Offer = { ...three, currentA: 8 };
    charge(car, less, { fromMs: 0, toMs: 1999 });
    expect(drawOf(car, less)).toBe(powerOf(16, 3));
    charge(car, less, { fromMs: 1999, toMs: 3000 });
    expect(drawOf(car, less)).toBe(powerOf(8, 3));
  });

  it('counts each part of a step at its own power', () => {
    const car = following({ delayMs: 2000 });
    const energyWh = charge(car, { ...three, currentA: 8 }, { fromMs: 0, toMs: 10_000 });
    expect(energyWh).toBeCloseTo((powerOf(16, 3) * 2 + powerOf(8, 3) * 8) / 3600, 6);
  });
});
