import { describe, expect, it } from 'vitest';
import { byDevice, createBacklog, keep, putBack, type SitePoint, takeOldest } from './backlog.ts';

const point = (at: number): SitePoint => ({
  at,
  // Not all devices are read each time.
  readings: { grid: { W: at + 0.1, TotWhImp: 1e9 + at }, ...(at % 2 === 0 ? { atm: { Mode: 1, Uses: at } } : {}) },
});
const points = Array.from({ length: 6 }, (_, n) => point(n));

describe('a backlog', () => {
  it('gives back what it keeps, oldest first, as it was', () => {
    const backlog = createBacklog();
    for (const each of points) keep(backlog, each, 10);
    const taken = takeOldest(backlog, 4);
    expect(taken).toEqual(points.slice(0, 4));
    expect(backlog.points.length).toBe(2);
    putBack(backlog, taken);
    expect(takeOldest(backlog, 100)).toEqual(points);
    expect(backlog.points.length).toBe(0);
  });

  it('thins out when it is full', () => {
    const backlog = createBacklog();
    for (const each of points) keep(backlog, each, 5);
    expect(takeOldest(backlog, 100).map(({ at }) => at)).toEqual([0, 2, 4]);
  });

  it('is told device by device', () => {
    const histories = byDevice(points);
    expect(histories.get('grid')).toHaveLength(6);
    expect(histories.get('atm')?.map(([at, values]) => [at, values['Uses']])).toEqual([
      [0, 0],
      [2, 2],
      [4, 4],
    ]);
  });
});
