import { describe, expect, it } from 'vitest';
import { createGridWatch } from './grid-watch.ts';

function setUp() {
  let nowMs = 1_000_000;
  let imports = [0, 0, 0];
  const told: [number, number][] = [];
  const gridLoads = () => imports.map((importW, at) => ({ site: `s${at}`, importW, limitW: 10_000 }));
  const look = createGridWatch({ gridLoads, now: () => nowMs }, (siteMs, worst) => told.push([siteMs, worst]));
  return {
    told,
    pass: (ms: number, ...drawn: number[]) => {
      nowMs += ms;
      imports = drawn;
      look();
    },
  };
}

describe('A grid watch', () => {
  it('adds up how long each site draws too much, and tells the worst', () => {
    const { told, pass } = setUp();
    pass(5_000, 9_000, 12_000, 11_000);
    pass(10_000, 15_000, 10_000, -4_000);
    expect(told.map(([siteMs]) => siteMs)).toEqual([10_000, 10_000]);
    expect(told.map(([, worst]) => Number(worst.toFixed(6)))).toEqual([0.2, 0.5]);
  });

  it('forgives a twentieth, but tells of it', () => {
    const { told, pass } = setUp();
    pass(5_000, 10_400, 0, 0);
    expect(told[0]?.[0]).toBe(0);
    expect(told[0]?.[1]).toBeCloseTo(0.04);
  });

  it('finds nothing where all feed in', () => {
    const { told, pass } = setUp();
    pass(5_000, -1, -2, -3);
    expect(told).toEqual([[0, 0]]);
  });
});
