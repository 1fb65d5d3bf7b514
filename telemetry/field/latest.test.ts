import { describe, expect, it } from 'vitest';
import { Quality, type Reading } from '#estate/sample.ts';
import { createLatest } from './latest.ts';

const T = 1_764_000_000_000;
const reading = (ts: number, values: Record<string, number>, more: Partial<Reading> = {}): Reading => ({
  site: 'barolo',
  device: 'inv1',
  type: 'pv-inverter',
  ts,
  values,
  ...more,
});
const PERIODS: Record<string, number> = { W: 10, TmpCab: 60, Hz: 1 };
const open = () => createLatest(() => (metric) => PERIODS[metric] ?? 0);
const there = () => true;

describe('the newest value', () => {
  it('is stale when none has come for twice its own period', () => {
    const latest = open();
    latest.note([reading(T, { W: 1, TmpCab: 40 })], { now: T, live: true });
    expect(latest.of('barolo', T + 20_000, there)[0]?.quality).toBeUndefined();
    expect(latest.of('barolo', T + 20_001, there)).toMatchObject([{ quality: { W: Quality.stale } }]);
    expect(latest.of('barolo', T + 120_001, there)).toMatchObject([
      { quality: { W: Quality.stale, TmpCab: Quality.stale } },
    ]);
  });

  it('that comes every second is not doubted for a few that are missing', () => {
    const latest = open();
    latest.note([reading(T, { Hz: 50 })], { now: T, live: true });
    expect(latest.of('barolo', T + 15_000, there)[0]?.quality).toBeUndefined();
    expect(latest.of('barolo', T + 15_001, there)).toMatchObject([{ quality: { Hz: Quality.stale } }]);
  });

  it('is stale at once when its node is away, but bad stays bad', () => {
    const latest = open();
    latest.note([reading(T, { W: 1, TmpCab: 400 }, { quality: { TmpCab: Quality.bad } })], { now: T, live: true });
    expect(latest.of('barolo', T, () => false)).toMatchObject([{ quality: { W: Quality.stale, TmpCab: Quality.bad } }]);
    expect([...latest.qualities('barolo', T, () => false)]).toEqual([Quality.stale, Quality.bad]);
    expect([...latest.qualities('barolo', T, there)]).toEqual([Quality.good, Quality.bad]);
  });

  it('of a clock that is a minute slow is good all the same', () => {
    const latest = open();
    latest.note([reading(T - 60_000, { W: 1 })], { now: T, live: true });
    expect(latest.of('barolo', T + 20_000, there)).toEqual([reading(T - 60_000, { W: 1 })]);
  });

  it('that was kept while offline is as old as it says', () => {
    const latest = open();
    latest.note([reading(T - 60_000, { W: 1 })], { now: T, live: false });
    expect(latest.of('barolo', T, there)).toMatchObject([{ quality: { W: Quality.stale } }]);
  });

  it('is not undone by an older one, nor by one from the future', () => {
    const latest = open();
    latest.note([reading(T, { W: 1 })], { now: T, live: true });
    latest.note([reading(T - 1, { W: 2 }), reading(T + 300_001, { W: 3 })], { now: T, live: true });
    expect(latest.of('barolo', T, there)).toEqual([reading(T, { W: 1 })]);
    expect(latest.at('barolo', 'inv1')).toBe(T);
  });
});
