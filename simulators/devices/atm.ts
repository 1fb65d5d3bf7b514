import { HOUR, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { noise, stream } from '../physics/noise.ts';
import { SLOT_MS } from '../physics/building.ts';
import { addPower, type Moment, type Slot, tenth } from '../site/moment.ts';
import { drawnInt, phaseOf } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { broken, cabinetTemperature, MODE, tamper, usesIn } from './machine.ts';
import { attended, noYes } from './metrics.ts';

/** A share of the customers of an office goes to the cash machine; by night few do. */
const SHARE = 0.15;
const A_SLOT = { evening: 0.25, night: 0.01 };
/** It is filled on one day of the week, after the last of which cash runs low. */
const FILLED_EACH_DAYS = 7;
const FILLED = { from: 9, to: 9.3 };
const PAPER_ROLL = 900;

/** A cash machine in the wall of the office: it serves day and night. */
export const atm = deviceKind({
  type: 'atm',
  isSlow: true,
  metrics: {
    ...attended,
    CashLow: noYes,
    PaperLow: noYes,
    SafeOpen: noYes,
    Tilt: noYes,
    Uses: { unit: '{uses}', min: 0 },
  },
  conditions: [
    { code: 'cash-out', severity: 500, text: 'It is out of cash.', aYear: 4, lastsMs: [HOUR, 12 * HOUR] },
    broken('It is out of order: its card reader is broken.', 1.5),
    { ...tamper, lastsMs: [5 * MINUTE, 40 * MINUTE] },
  ],
  state: z.object({ uses: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ uses: drawnInt(chance, 'uses', [1000, 90_000]), lastW: 0 }),
  advance(state, moment, standing) {
    const { chance, site } = standing;
    const isServing = modeOf(moment, standing) === MODE.inService;
    const inSlot = (site.building.customersAnHour * SHARE * SLOT_MS) / HOUR;
    if (isServing) state.uses += usesIn(moment.slots, chance, (slot) => usual(slot, inSlot));
    state.lastW = tenth(105 + 60 * noise(stream('busy', chance), 20 * MINUTE, moment.now));
    addPower(moment.power.building, state.lastW, phaseOf(chance));
  },
  read(state, moment, standing) {
    const { chance, conditions } = standing;
    const isTampered = conditions.includes('tamper') ? 1 : 0;
    const days = daysSinceFilled(moment, standing);
    const aroundC = (moment.room.airC + moment.sky.air.temperatureC) / 2;
    return {
      Mode: modeOf(moment, standing),
      Fault: conditions.includes('machine-fault') ? 1 : 0,
      Tamper: isTampered,
      W: state.lastW,
      TmpCab: cabinetTemperature(chance, { now: moment.now, aroundC, powerW: state.lastW }),
      CashLow: conditions.includes('cash-out') || days === FILLED_EACH_DAYS - 1 ? 1 : 0,
      PaperLow: state.uses % PAPER_ROLL > 0.92 * PAPER_ROLL ? 1 : 0,
      SafeOpen: isBeingFilled(moment, standing) ? 1 : 0,
      Tilt: isTampered,
      Uses: state.uses,
    };
  },
});

function modeOf(moment: Moment, standing: Standing): number {
  if (standing.conditions.length > 0) return MODE.outOfService;
  return isBeingFilled(moment, standing) ? MODE.maintenance : MODE.inService;
}

function usual({ isOpen, wall }: Slot, inSlot: number): number {
  if (isOpen) return inSlot;
  return wall.hour >= 7 && wall.hour < 23 ? A_SLOT.evening : A_SLOT.night;
}

function daysSinceFilled({ day }: Moment, { chance }: Standing): number {
  return (day + drawnInt(chance, 'filled', [0, FILLED_EACH_DAYS - 1])) % FILLED_EACH_DAYS;
}

function isBeingFilled(moment: Moment, standing: Standing): boolean {
  const { hour } = moment.wall;
  return hour >= FILLED.from && hour < FILLED.to && daysSinceFilled(moment, standing) === 0;
}
