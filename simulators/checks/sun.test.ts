import { describe, expect, it } from 'vitest';
import { PUBLISHED_SUN } from './published-sun.ts';
import { sunError } from './sun.ts';

describe('the simulated sun', () => {
  it('is compared with twenty published positions', () => {
    expect(PUBLISHED_SUN).toHaveLength(20);
  });

  it.each(PUBLISHED_SUN)('stands within 0.02° of where it was published at $at', (published) => {
    const { zenithDeg, azimuthDeg } = sunError(published);
    expect(Math.abs(zenithDeg)).toBeLessThan(0.02);
    expect(Math.abs(azimuthDeg)).toBeLessThan(0.02);
  });

  it('shows an error across north as a small one', () => {
    const [first] = PUBLISHED_SUN;
    if (!first) throw new Error('No position is published.');
    expect(sunError({ ...first, azimuthDeg: first.azimuthDeg - 360 }).azimuthDeg).toBeCloseTo(0, 2);
  });
});
