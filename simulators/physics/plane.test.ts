import { describe, expect, it } from 'vitest';
import { planeOfArray } from './plane.ts';
import type { Mount, PvPlant } from './pv.ts';

const plant: PvPlant = { peakW: 1000, inverterW: 1000, tiltDeg: 0, azimuthDeg: 180 };
/** Beam alone, so that the sum can be done by hand. */
const sunny = (zenithDeg: number, azimuthDeg: number) => ({
  sun: { zenithDeg, azimuthDeg },
  irradiance: { beamW: 1000, diffuseW: 0, globalW: 1000 * Math.cos((zenithDeg * Math.PI) / 180) },
  albedo: 0,
});
const incident = (mount: Mount, zenithDeg: number, azimuthDeg: number) =>
  planeOfArray({ ...plant, mount }, sunny(zenithDeg, azimuthDeg)).incidentW;

describe('the plane of the array', () => {
  it('faces the sun on two axes', () => {
    expect(incident('two-axis', 70, 110)).toBeCloseTo(1000, 6);
  });

  it('turns about one axis to 45° at most', () => {
    expect(incident('one-axis', 40, 90)).toBeCloseTo(1000, 6);
    expect(incident('one-axis-backtracking', 50, 270)).toBeCloseTo(1000 * Math.cos((5 * Math.PI) / 180), 6);
  });

  it('turns back in the evening, where rows would shade each other', () => {
    // Rows of width 1 each 2.5 apart: at 80° of zenith they lie as flat as cos(80°) / 0.4 asks.
    const turnedBack = 80 - (Math.acos(Math.cos((80 * Math.PI) / 180) / 0.4) * 180) / Math.PI;
    const expected = 1000 * Math.cos(((80 - turnedBack) * Math.PI) / 180);
    expect(incident('one-axis-backtracking', 80, 270)).toBeCloseTo(expected, 6);
    expect(incident('one-axis', 80, 270)).toBeLessThan(1000 * Math.cos((35 * Math.PI) / 180));
  });

  it('gets nothing of a beam from behind', () => {
    expect(planeOfArray({ ...plant, tiltDeg: 60 }, sunny(80, 0)).incidentW).toBe(0);
  });

  it('lets less through the glass the flatter the beam, and more through a coated one', () => {
    const passed = (zenithDeg: number, module: 'standard' | 'premium') => {
      const { incidentW, absorbedW } = planeOfArray({ ...plant, module }, sunny(zenithDeg, 180));
      return absorbedW / incidentW;
    };
    expect(passed(0, 'standard')).toBeCloseTo(1, 4);
    expect(passed(60, 'standard')).toBeCloseTo(0.94, 1);
    expect(passed(80, 'standard')).toBeLessThan(0.7);
    expect(passed(70, 'premium')).toBeGreaterThan(passed(70, 'standard'));
  });
});
