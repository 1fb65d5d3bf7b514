import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { energyWh, unmetered, withRegister, type Metering } from './energy.ts';

/** Registers in Wh, a minute apart unless a time in minutes is given. */
type Read = number | [minute: number, wh: number];

const cases: { name: string; read: Read[]; energy: number; doubts: string[] }[] = [
  { name: 'no register is no energy', read: [], energy: 0, doubts: [] },
  { name: 'one register is no energy', read: [910_000], energy: 0, doubts: [] },
  { name: 'a register that grows', read: [1_000, 1_100, 1_350], energy: 350, doubts: [] },
  { name: 'a register that stands still', read: [1_000, 1_000, 1_000], energy: 0, doubts: [] },
  { name: 'a meter that begins at 0 with each session', read: [0, 120, 240.5], energy: 240.5, doubts: [] },
  {
    name: 'a meter that begins near 0, and a car that takes a thousand times as much',
    read: [10, 10_000],
    energy: 9_990,
    doubts: [],
  },
  {
    name: 'only start and stop',
    read: [
      [0, 5_000],
      [480, 92_000],
    ],
    energy: 87_000,
    doubts: [],
  },
  {
    name: 'a zero baseline before the true register (83 Wh, once billed as 910 kWh)',
    read: [0, 909_917, 909_950, 910_000],
    energy: 83,
    doubts: ['register-jump'],
  },
  {
    name: 'a zero baseline and nothing but the true last register hours later',
    read: [
      [0, 0],
      [600, 910_000],
    ],
    energy: 0,
    doubts: ['register-jump'],
  },
  {
    name: 'a baseline in kWh before registers in Wh',
    read: [910, 910_000, 910_040, 910_083],
    energy: 83,
    doubts: ['unit'],
  },
  {
    name: 'one register in kWh among those in Wh',
    read: [910_000, 910_040, 910, 910_083],
    energy: 83,
    doubts: ['unit'],
  },
  {
    name: 'kWh and Wh by turns',
    read: [5_000, 5, 6_000, 6, 7_000, 7],
    energy: 2_000,
    doubts: ['falling-register'],
  },
  {
    name: 'one register a thousand times too large',
    read: [1_000, 1_100, 1_200_000, 1_300],
    energy: 300,
    doubts: ['register-jump'],
  },
  {
    name: 'a total that falls to 0 and comes back',
    read: [1_000, 1_900, 0, 2_000],
    energy: 1_000,
    doubts: ['falling-register'],
  },
  {
    name: 'a total that falls to 0 and stays there',
    read: [1_000, 1_900, 0, 0],
    energy: 900,
    doubts: ['falling-register'],
  },
  {
    name: 'a last register below the one before',
    read: [1_000, 1_900, 1_500],
    energy: 900,
    doubts: ['falling-register'],
  },
  { name: 'a last register without its decimals', read: [1_000.4, 1_900.7, 1_900], energy: 900.3, doubts: [] },
  {
    name: 'a register that rolls over',
    read: [99_999_500, 99_999_900, 50, 250],
    energy: 400,
    doubts: ['falling-register'],
  },
  { name: 'a negative register', read: [1_000, -5, 1_200], energy: 200, doubts: ['falling-register'] },
  { name: 'a register of 10^9 kWh', read: [1_000, 1e12, 1_200], energy: 200, doubts: ['register-jump'] },
  { name: 'what is not a number', read: [1_000, Number.NaN, Infinity, 1_200], energy: 200, doubts: [] },
  {
    name: 'a meter of whole kWh',
    read: [
      [0, 12_000],
      [0.1, 13_000],
      [5, 14_000],
    ],
    energy: 2_000,
    doubts: [],
  },
  {
    name: 'a whole session told in one instant',
    read: [
      [0, 0],
      [0, 12_400],
    ],
    energy: 12_400,
    doubts: [],
  },
  {
    name: 'a large battery filled, told in one instant',
    read: [
      [0, 500],
      [0, 150_500],
    ],
    energy: 150_000,
    doubts: [],
  },
  {
    name: 'a small register, once in kWh and once in Wh',
    read: [125, 125_000],
    energy: 0,
    doubts: ['unit'],
  },
  {
    name: 'a clock that was set back',
    read: [
      [900, 1_000],
      [10, 6_500],
      [25, 12_000],
    ],
    energy: 11_000,
    doubts: [],
  },
];

describe('the energy of a session is the difference of its registers', () => {
  test.each(cases)('$name', ({ read, energy, doubts }) => {
    const metering = metered(read);
    expect({ energy: energyWh(metering), doubts: metering.doubts }).toEqual({ energy, doubts });
  });

  test('it never falls, and never rises by more than a charger can deliver, whatever the meter says', () => {
    const anyRegister = fc.oneof(fc.integer({ min: -10, max: 5_000 }), fc.double({ min: 0, max: 1e7, noNaN: true }));
    fc.assert(
      fc.property(fc.array(anyRegister, { maxLength: 40 }), (registers) => {
        let metering = unmetered;
        let before = 0;
        registers.forEach((wh, minute) => {
          metering = withRegister(metering, { at: minute * MINUTE, wh });
          const energy = energyWh(metering);
          expect(energy).toBeGreaterThanOrEqual(before);
          // A climb may have waited while others grew: what counts is the time since the session began. To that comes a
          // battery with each register, and the rounding.
          expect(energy).toBeLessThanOrEqual((500_000 / 60 + 250_000) * minute + 0.001);
          before = energy;
        });
        expect(metering.climbs.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

function metered(read: Read[]): Metering {
  return read.reduce<Metering>((metering, one, index) => {
    const [minute, wh] = typeof one === 'number' ? [index, one] : one;
    return withRegister(metering, { at: minute * MINUTE, wh });
  }, unmetered);
}
