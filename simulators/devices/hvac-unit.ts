import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { COEFFICIENT_OF_PERFORMANCE, nextRoom, restingRoom } from '../physics/room.ts';
import { addPower, type Moment, tenth } from '../site/moment.ts';
import { energyOf, startWh, toward } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { noYes, offOn, percent, power, register, seconds, settable, states } from './metrics.ts';

/** From rest to full power; the rooms need hours. */
const RAMP_MS = 4 * MINUTE;
/** The back rooms, as a share of the floor. */
const BACK_ROOMS = 0.3;
const MOST_W_PER_M2 = 70;
const FAN_W = 60;
const USUAL = { setC: 20, autoCoolsAbove: 5, fanPct: 60 };
const HEAT = 1;
const COOL = 2;
const AUTO = 3;
/** Its filter is changed after so many hours. */
const FILTER_S = 1500 * 3600;
const temperature = { unit: 'Cel', min: -40, max: 90 };

/** A split unit that heats and cools the back rooms, a zone of their own. It comes to its power within minutes. */
export const hvacUnit = deviceKind({
  type: 'hvac-unit',
  metrics: {
    On: settable(offOn),
    Mode: settable(states(0, 1, 2, 3, 4, 5)),
    TmpSet: settable({ unit: 'Cel', min: 5, max: 35 }),
    TmpAir: temperature,
    TmpSup: temperature,
    TmpRet: temperature,
    FanPct: settable(percent),
    Run: noYes,
    W: power(0, 1e6),
    TotWhImp: register,
    HeatW: power(-1e6, 1e6),
    RunS: seconds,
    Filter: noYes,
    Fault: noYes,
  },
  conditions: [
    {
      code: 'hvac-fault',
      severity: 500,
      text: 'The unit stands still: its compressor is out of pressure.',
      aYear: 0.5,
      lastsMs: [2 * HOUR, 48 * HOUR],
    },
  ],
  state: z.object({
    airC: z.number(),
    massC: z.number(),
    heatW: z.number(),
    /** How far it has come to its power, 0 to 1. */
    drive: z.number(),
    usedWh: z.number(),
    lastW: z.number(),
    ranS: z.number(),
  }),
  begin: ({ chance }) => ({
    airC: USUAL.setC,
    massC: USUAL.setC,
    heatW: 0,
    drive: 1,
    usedWh: startWh(chance, 'used') / 10,
    lastW: 0,
    ranS: (startWh(chance, 'ran') / 10e6) * 3600 * 100,
  }),
  advance(state, moment, standing) {
    state.drive = toward(state.drive, mayRun(standing) ? 1 : 0, moment.spanMs / RAMP_MS);
    const room = { ...restingRoom(state.airC), massC: state.massC };
    const next = nextRoom(room, zone(state.drive, moment, standing), moment.spanMs);
    state.airC = next.airC;
    state.massC = next.massC;
    if (moment.spanMs > 0) state.heatW = next.heatW;
    const fanW = state.drive > 0 ? (FAN_W * fanPct(standing)) / 100 : 0;
    const nowW = tenth(Math.abs(state.heatW) / COEFFICIENT_OF_PERFORMANCE + fanW);
    addPower(moment.power.building, nowW);
    state.usedWh += energyOf(state.lastW, nowW, moment.spanMs);
    if (state.lastW > 0) state.ranS += moment.spanMs / SECOND;
    state.lastW = nowW;
  },
  read(state, _, { set, site, conditions }) {
    const mostW = site.building.floorM2 * BACK_ROOMS * MOST_W_PER_M2;
    return {
      On: set['On'] ?? 1,
      Mode: set['Mode'] ?? AUTO,
      TmpSet: set['TmpSet'] ?? USUAL.setC,
      TmpAir: tenth(state.airC),
      TmpSup: tenth(state.airC + (18 * state.heatW) / mostW),
      TmpRet: tenth(state.airC),
      FanPct: set['FanPct'] ?? USUAL.fanPct,
      Run: state.lastW > 0 ? 1 : 0,
      W: state.lastW,
      TotWhImp: Math.floor(state.usedWh),
      HeatW: tenth(state.heatW),
      RunS: Math.floor(state.ranS),
      Filter: state.ranS % FILTER_S > 0.95 * FILTER_S ? 1 : 0,
      Fault: conditions.length > 0 ? 1 : 0,
    };
  },
});

function mayRun({ set, conditions }: Standing): boolean {
  return (set['On'] ?? 1) === 1 && (set['Mode'] ?? AUTO) !== 0 && conditions.length === 0;
}

function fanPct({ set }: Standing): number {
  return set['FanPct'] ?? USUAL.fanPct;
}

/** The back rooms and what the unit aims at in its mode. */
function zone(drive: number, { work, sky }: Moment, { set, site }: Standing) {
  const setC = set['TmpSet'] ?? USUAL.setC;
  const mode = set['Mode'] ?? AUTO;
  const coolC = mode === COOL ? setC : mode === AUTO ? setC + USUAL.autoCoolsAbove : Infinity;
  return {
    floorM2: site.building.floorM2 * BACK_ROOMS,
    people: 2 * work,
    work,
    outdoorC: sky.air.temperatureC,
    sunW: sky.irradiance.globalW,
    heatC: mode === HEAT || mode === AUTO ? setC : -Infinity,
    coolC,
    mostW: MOST_W_PER_M2 * drive,
  };
}
