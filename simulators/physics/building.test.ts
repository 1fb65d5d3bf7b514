import { HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { buildingLoad, occupancy } from './building.ts';
import { romeTime } from './rome.ts';
import { nextRoom, restingRoom } from './room.ts';

const building = { floorM2: 150, baseW: 800 };

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
    ['a Thursday at 11', '2026-01-15T10:00:00Z', 1],
    ['a Thursday at 22', '2026-01-15T21:00:00Z', 0],
    ['a Saturday at 11', '2026-01-17T10:00:00Z', 1],
    ['a Saturday at 16', '2026-01-17T15:00:00Z', 0],
    ['a Sunday at 11', '2026-01-18T10:00:00Z', 0],
    ['a Thursday at 7:45', '2026-01-15T06:45:00Z', 0.5],
  ])('on %s is this full', (_, at, expected) => {
    expect(occupancy(Date.parse(at))).toBeCloseTo(expected, 6);
  });

  it('uses its base at night and several times that by day', () => {
    const weather = { outdoorC: 12, seed: 's' };
    const night = buildingLoad(Date.parse('2026-01-15T02:00:00Z'), building, weather);
    const day = buildingLoad(Date.parse('2026-01-15T10:00:00Z'), building, weather);
    expect(night).toBeGreaterThanOrEqual(building.baseW);
    expect(night).toBeLessThan(building.baseW + 100);
    expect(day).toBeGreaterThan(3 * night);
  });
});

describe('the public room', () => {
  const open = Date.parse('2026-01-15T10:00:00Z');
  const closed = Date.parse('2026-01-18T10:00:00Z');
  const live = (hours: number, step: { atMs: number; outdoorC: number; setC: number }, stepMs = 5 * MINUTE) => {
    let room = restingRoom(20);
    for (let passed = 0; passed < hours * HOUR; passed += stepMs)
      room = nextRoom(room, building, { ...step, durationMs: stepMs });
    return room;
  };

  it('is warmed to its set point, whatever that is', () => {
    expect(live(48, { atMs: closed, outdoorC: 0, setC: 22 }).airC).toBeCloseTo(22, 0);
    expect(live(96, { atMs: closed, outdoorC: 0, setC: 16 }).airC).toBeCloseTo(16, 0);
  });

  it('takes no heat when it is warm outside', () => {
    expect(live(24, { atMs: closed, outdoorC: 25, setC: 20 }).heatW).toBe(0);
  });

  it('has stale air while people are in it, up to what ventilation holds, and airs out afterwards', () => {
    const full = live(4, { atMs: open, outdoorC: 10, setC: 20 }).co2Ppm;
    expect(full).toBeGreaterThan(520);
    expect(full).toBeLessThan(1400);
    expect(live(24, { atMs: closed, outdoorC: 10, setC: 20 }).co2Ppm).toBeCloseTo(420, 0);
  });

  it('comes out the same by small steps and by large ones', () => {
    const step = { atMs: open, outdoorC: 10, setC: 20 };
    expect(live(3, step, MINUTE).co2Ppm).toBeCloseTo(live(3, step, 5 * MINUTE).co2Ppm, 6);
  });
});
