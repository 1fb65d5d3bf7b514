import { describe, expect, it } from 'vitest';
import { comparePv } from './pv.ts';
import { parsePvWatts } from './pvwatts-file.ts';
import { specimenPvWatts } from './specimen-pvwatts.ts';

describe('a PVWatts file', () => {
  it('says what the plant is, and where', () => {
    const { plant, place, hours } = parsePvWatts(`\uFEFF${specimenPvWatts()}`);
    expect(plant).toEqual({
      peakW: 4000,
      inverterW: 4000 / 1.1,
      tiltDeg: 0,
      azimuthDeg: 180,
      mount: 'open-rack',
      module: 'standard',
      losses: 0.14,
      inverterEfficiency: 0.96,
    });
    expect(place).toEqual({ latitude: 45, longitude: 8 });
    expect(hours).toHaveLength(240);
  });

  it.each([
    ['Fixed (roof mount)', 'roof'],
    ['1-Axis Tracking', 'one-axis'],
    ['1-Axis Backtracking', 'one-axis-backtracking'],
    ['2-Axis Tracking', 'two-axis'],
  ])('of the array type %s is mounted as %s', (type, mount) => {
    expect(parsePvWatts(specimenPvWatts().replace('Fixed (open rack)', type)).plant.mount).toBe(mount);
  });

  it.each([
    ['Long (deg W):,-8,', 8],
    ['Long (deg W):,105.2,', -105.2],
    ['Longitude (degrees),8.5,', 8.5],
    ['"Longitude (DD)","-91.54"', -91.54],
  ])('with the line %s lies at %d', (line, longitude) => {
    expect(parsePvWatts(specimenPvWatts().replace('Long (deg W):,-8,', line)).place.longitude).toBe(longitude);
  });

  it.each([
    ['Ground Coverage Ratio,NA,', undefined],
    ['Ground Coverage Ratio,0.3,', 0.3],
  ])('with the line %s has a ground coverage of %s', (line, coverage) => {
    expect(parsePvWatts(specimenPvWatts().replace(',,\nMonth', `${line}\nMonth`)).plant.groundCoverage).toBe(coverage);
  });

  it.each([
    ['a header that is no number', ['tilt (deg):,0', 'Tilt (deg):,flat'], 'Line 8: "Array Tilt (deg):" is "flat"'],
    ['a module that is unknown', ['Standard', 'Wooden'], 'Line 6: "Module Type:" is "Wooden"'],
    ['a header that is missing', ['System Losses', 'Gains'], 'begins with "System Losses"'],
    ['a missing column', ['Wind Speed', 'Breeze'], 'Line 14: no title begins with "Wind Speed"'],
    [
      'an hour that is none',
      ['4,1,3,', '4,1,30,'],
      'Line 18, column 5: Hour is "30"; a number from 0 to 23 is expected',
    ],
    [
      'a cell that is no number',
      ['4,1,12,500', '4,1,12,much'],
      'Line 27, column 8: Beam Irradiance is "much"; a number is expected',
    ],
    ['no table', ['Month,Day', 'Moon,Day'], 'There is no table'],
  ] as const)('with %s says so', (_, [from, to], message) => {
    const pattern = new RegExp(from.replace(/[().]/g, '\\$&'), 'i');
    expect(() => parsePvWatts(specimenPvWatts().replace(pattern, to))).toThrow(message);
  });
});

describe('the comparison with PVWatts', () => {
  it('finds the time zone by the daylight, and no error where there is none', () => {
    const found = comparePv(parsePvWatts(specimenPvWatts()));
    expect(found.zoneHours).toBe(1);
    expect(found.planeOfMean).toBeLessThan(0.03);
    expect(Math.abs(found.acShare)).toBeLessThan(0.02);
  });

  it.each([0.95, 1.05])('finds an energy that is %d times what it was', (acFactor) => {
    const { acShare } = comparePv(parsePvWatts(specimenPvWatts({ acFactor })));
    expect(Math.abs((1 + acShare) * acFactor - 1)).toBeLessThan(0.02);
    expect(Math.abs(acShare)).toBeGreaterThan(0.02);
  });

  it('finds an irradiance that is 10 % off, and an energy that is half', () => {
    const found = comparePv(parsePvWatts(specimenPvWatts({ planeFactor: 1.1, acFactor: 0.5 })));
    expect(found.planeOfMean).toBeGreaterThan(0.08);
    expect(found.planeOfMost).toBeLessThan(found.planeOfMean);
    expect(found.acShare).toBeGreaterThan(0.85);
  });
});
