import { HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { atWork, customersIn, customersOut, customersThere, isOpen, officeLoad, SLOT_MS } from './building.ts';
import { stream } from './noise.ts';
import { romeTime } from './rome.ts';
import { nextRoom, restingRoom } from './room.ts';

const building = { floorM2: 150, baseW: 800, afternoons: true, customersAnHour: 20 };
const chance = stream('office/');

describe('the wall clock in Italy', () => {
  it.each([
    ['in winter', '2026-01-15T12:00:00Z', 13, 4],
    ['in summer', '2026-07-15T12:00:00Z', 14, 3],
    ['just before the clocks go forward', '2026-03-29T00:59:00Z', 1 + 59 / 60, 0],
    ['just after', '2026-03-29T01:00:00Z', 3, 0],
    ['just before they go back', '2026-10-25T00:59:00Z', 2 + 59 / 60, 0],
    ['just after that', '2026-10-25T01:00:00Z', 2, 0],
    ['past midnight of another weekday', '2026-01-15T23:30:00Z', 0.5, 5],
  ])('is right %s', (_, at, hour, weekday) => {
    expect(romeTime(Date.parse(at)).hour).toBeCloseTo(hour, 6);
    expect(romeTime(Date.parse(at)).weekday).toBe(weekday);
  });
});

describe('a post office', () => {
  it.each([
    ['a Thursday at 11', '2026-01-15T10:00:00Z', true, true, 1],
    ['a Thursday at 8:05', '2026-01-15T07:05:00Z', false, false, 0.5],
    ['a Thursday at 8:20', '2026-01-15T07:20:00Z', true, true, 1],
    ['a Thursday at 13:35', '2026-01-15T12:35:00Z', true, false, 1],
    ['a Thursday at 19:20', '2026-01-15T18:20:00Z', false, false, 0.5],
    ['a Thursday at 22', '2026-01-15T21:00:00Z', false, false, 0],
    ['a Saturday at 12:30', '2026-01-17T11:30:00Z', true, true, 1],
    ['a Saturday at 16', '2026-01-17T15:00:00Z', false, false, 0],
    ['a Sunday at 11', '2026-01-18T10:00:00Z', false, false, 0],
  ])('on %s is open, where it is large and where it is small, and this full of work', (_, at, large, small, work) => {
    const wall = romeTime(Date.parse(at));
    expect(isOpen(wall, { afternoons: true })).toBe(large);
    expect(isOpen(wall, { afternoons: false })).toBe(small);
    expect(atWork(wall, { afternoons: true })).toBeCloseTo(work, 6);
  });

  it('uses its base at night and more by day', () => {
    const night = officeLoad(building, { now: Date.parse('2026-01-15T02:00:00Z'), work: 0, chance });
    const day = officeLoad(building, { now: Date.parse('2026-01-15T10:00:00Z'), work: 1, chance });
    expect(night).toBeGreaterThanOrEqual(building.baseW);
    expect(night).toBeLessThan(building.baseW + 100);
    expect(day).toBeGreaterThan(2 * night);
  });

  it('lets in about as many customers as it usually has, and all of them out again', () => {
    const midnight = Date.parse('2026-01-14T23:00:00Z') / SLOT_MS;
    const slots = Array.from({ length: 288 }, (_, n) => midnight + n);
    const sum = (of: typeof customersIn) => slots.reduce((total, slot) => total + of(slot, building, chance), 0);
    const came = sum(customersIn);
    expect(came).toBe(sum(customersOut));
    expect(came / 10.75).toBeGreaterThan(0.6 * building.customersAnHour);
    expect(came / 10.75).toBeLessThan(1.4 * building.customersAnHour);
    let there = 0;
    for (const slot of slots) {
      there += customersIn(slot, building, chance) - customersOut(slot, building, chance);
      expect(customersThere((slot + 1) * SLOT_MS, building, chance)).toBe(there);
    }
  });
});

describe('a room', () => {
  const closed = { floorM2: 150, people: 0, work: 0, sunW: 0, heatC: 20, coolC: Infinity };
  const open = { ...closed, people: 10, work: 1, coolC: 26 };
  const live = (hours: number, indoors: Parameters<typeof nextRoom>[1], stepMs = 5 * MINUTE) => {
    let room = restingRoom(20);
    for (let passed = 0; passed < hours * HOUR; passed += stepMs) room = nextRoom(room, indoors, stepMs);
    return room;
  };

  it.each([
    ['warmed', { ...closed, outdoorC: 0, heatC: 22 }, 22],
    ['let cool down', { ...closed, outdoorC: 0, heatC: 16 }, 16],
    ['cooled while people work', { ...open, outdoorC: 36, sunW: 900 }, 26],
  ])('is %s to its set point', (_, indoors, expected) => {
    const room = live(96, indoors);
    expect(Math.abs(room.airC - expected)).toBeLessThan(1);
    expect(Math.sign(room.heatW)).toBe(expected < indoors.outdoorC ? -1 : 1);
  });

  it('takes no heat when it is warm outside', () => {
    expect(live(24, { ...closed, outdoorC: 25 }).heatW).toBe(0);
  });

  it('takes no more heat than its unit gives', () => {
    expect(live(1, { ...closed, outdoorC: -20, heatC: 30, mostW: 40 }).heatW).toBe(40 * 150);
  });

  it('loses its warmth fast from the air, then slowly from its walls (2R2C)', () => {
    const off = { ...closed, outdoorC: 0, heatC: -Infinity };
    const [soon, later] = [live(1, off), live(5, off)];
    expect(20 - soon.airC).toBeGreaterThan(1.3 * (20 - soon.massC));
    expect(later.massC).toBeGreaterThan(15);
    expect(later.airC).toBeLessThan(later.massC);
  });

  it('has stale air while people are in it, up to what ventilation holds, and airs out afterwards', () => {
    const full = live(4, { ...open, outdoorC: 10 }).co2Ppm;
    expect(full).toBeGreaterThan(520);
    expect(full).toBeLessThan(1400);
    expect(live(24, { ...closed, outdoorC: 10 }).co2Ppm).toBeCloseTo(420, 0);
  });

  it('comes out the same by small steps and by large ones', () => {
    const indoors = { ...open, outdoorC: 10 };
    expect(live(3, indoors, MINUTE).co2Ppm).toBeCloseTo(live(3, indoors, 5 * MINUTE).co2Ppm, 6);
    expect(live(3, indoors, MINUTE).airC).toBeCloseTo(live(3, indoors, 5 * MINUTE).airC, 1);
    expect(live(3, indoors, 15 * MINUTE).airC).toBe(live(3, indoors, 5 * MINUTE).airC);
  });
});
