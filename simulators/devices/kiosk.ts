import { HOUR } from '#estate/units.ts';
import { z } from 'zod';
import { SLOT_MS } from '../physics/building.ts';
import { addPower, type Moment } from '../site/moment.ts';
import { drawnInt, phaseOf } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { broken, cabinetTemperature, MODE, tamper, usesIn } from './machine.ts';
import { attended, noYes, offOn, percent, settable } from './metrics.ts';

const SHARE = 0.1;
/** Prints on a roll. */
const ROLL = 600;
const LOW_PCT = 10;
const POWER_W = { machine: 25, screen: 85 };

/** A self-service kiosk in the public room; its screen is on while people are about. */
export const kiosk = deviceKind({
  type: 'kiosk',
  isSlow: true,
  metrics: {
    ...attended,
    PaperPct: percent,
    PaperLow: noYes,
    Screen: settable(offOn),
    Uses: { unit: '{uses}', min: 0 },
  },
  conditions: [
    { code: 'paper-out', severity: 300, text: 'It is out of paper.', aYear: 5, lastsMs: [HOUR, 6 * HOUR] },
    broken('It is out of order: its screen does not answer.', 1),
    tamper,
  ],
  state: z.object({ uses: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ uses: drawnInt(chance, 'uses', [100, 40_000]), lastW: 0 }),
  advance(state, moment, standing) {
    const { chance, conditions, site } = standing;
    const inSlot = (site.building.customersAnHour * SHARE * SLOT_MS) / HOUR;
    if (conditions.length === 0) state.uses += usesIn(moment.slots, chance, ({ isOpen }) => (isOpen ? inSlot : 0));
    state.lastW = POWER_W.machine + POWER_W.screen * screen(moment, standing);
    addPower(moment.power.building, state.lastW, phaseOf(chance));
  },
  read(state, moment, standing) {
    const { chance, conditions } = standing;
    const paperPct = conditions.includes('paper-out') ? 0 : Math.round(100 - (100 * (state.uses % ROLL)) / ROLL);
    return {
      Mode: modeOf(conditions),
      Fault: conditions.includes('machine-fault') ? 1 : 0,
      Tamper: conditions.includes('tamper') ? 1 : 0,
      W: state.lastW,
      TmpCab: cabinetTemperature(chance, { now: moment.now, aroundC: moment.room.airC, powerW: state.lastW }),
      PaperPct: paperPct,
      PaperLow: paperPct < LOW_PCT ? 1 : 0,
      Screen: screen(moment, standing),
      Uses: state.uses,
    };
  },
});

function modeOf(conditions: readonly string[]): number {
  if (conditions.length === 0) return MODE.inService;
  return conditions.every((code) => code === 'paper-out') ? MODE.reduced : MODE.outOfService;
}

function screen({ work }: Moment, { set }: Standing): number {
  return set['Screen'] ?? (work > 0 ? 1 : 0);
}
