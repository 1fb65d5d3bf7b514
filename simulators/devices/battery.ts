import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { addPower, gridPower, type Moment, tenth, total } from '../site/moment.ts';
import { energyOf, energyOver, startWh, toward } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { cabinetC, offOn, percent, phases, power, register, settable, states } from './metrics.ts';

/** It goes from rest to full power in so many seconds. */
const RAMP_S = 20;
/** From the grid into the cells, and out again. */
const EFFICIENCY = 0.96;
/** It spares its cells. */
const SOC = { least: 0.1, most: 0.95 };
const HEALTH = 0.97;
const ERROR = 2;

/**
 * A battery beside the plant. By itself it takes what would flow into the grid and gives what would come from it; told
 * to give or take (WSet, while WSetEna holds) it ramps there. + gives, - takes.
 */
export const battery = deviceKind({
  type: 'battery',
  metrics: {
    SoC: percent,
    SoH: percent,
    WHRtg: { unit: 'W.h', min: 0, max: 1e9 },
    WHAvail: { unit: 'W.h', min: 0, max: 1e9 },
    Sta: states(0, 1, 2),
    W: power(-5e6, 5e6),
    TotWhInj: register,
    TotWhAbs: register,
    ...phases,
    TmpCab: cabinetC,
    WSet: settable(power(-5e6, 5e6)),
    WSetEna: settable(offOn),
  },
  conditions: [
    {
      code: 'battery-fault',
      severity: 700,
      text: 'The battery has switched itself off.',
      aYear: 0.3,
      lastsMs: [2 * HOUR, 24 * HOUR],
    },
  ],
  state: z.object({ soc: z.number(), givenWh: z.number(), takenWh: z.number() }),
  begin: ({ chance }) => ({ soc: 0.5, givenWh: startWh(chance, 'given'), takenWh: startWh(chance, 'taken') }),
  advance(state, moment, standing) {
    const { energyWh, powerW } = standing.site.battery ?? { energyWh: 0, powerW: 0 };
    const lastW = moment.before.battery;
    const rampW = (powerW * moment.spanMs) / (RAMP_S * SECOND);
    const wantedW = Math.max(-powerW, Math.min(powerW, wanted(moment, standing)));
    const capacityWh = energyWh * HEALTH;
    // No more than is there, nor than there is room for, once it had come to rest, at a pace that would last a minute.
    const lastsH = Math.max(moment.spanMs, MINUTE) / HOUR;
    const restWh = energyOf(lastW, 0, moment.spanMs);
    const thereWh = (state.soc - SOC.least) * capacityWh * EFFICIENCY - Math.max(0, restWh);
    const roomWh = ((SOC.most - state.soc) * capacityWh) / EFFICIENCY + Math.min(0, restWh);
    const mostW = Math.max(0, thereWh) / lastsH;
    const leastW = -Math.max(0, roomWh) / lastsH;
    const nextW = toward(lastW, Math.max(leastW, Math.min(mostW, wantedW)), rampW);
    addPower(moment.power.battery, standing.conditions.length > 0 ? 0 : nextW);
    const flowedWh = energyOver(moment, 'battery');
    const givenWh = Math.max(0, flowedWh);
    const takenWh = Math.max(0, -flowedWh);
    state.givenWh += givenWh;
    state.takenWh += takenWh;
    const changeWh = takenWh * EFFICIENCY - givenWh / EFFICIENCY;
    if (capacityWh > 0) state.soc = Math.max(0, Math.min(1, state.soc + changeWh / capacityWh));
  },
  read(state, { power: flows, sky }, standing) {
    const { energyWh, powerW } = standing.site.battery ?? { energyWh: 0, powerW: 0 };
    const nowW = total(flows.battery);
    return {
      SoC: tenth(state.soc * 100),
      SoH: HEALTH * 100,
      WHRtg: energyWh,
      WHAvail: Math.round(state.soc * energyWh * HEALTH),
      Sta: standing.conditions.length > 0 ? ERROR : 0,
      W: nowW,
      TotWhInj: Math.floor(state.givenWh),
      TotWhAbs: Math.floor(state.takenWh),
      WL1: tenth(flows.battery[0]),
      WL2: tenth(flows.battery[1]),
      WL3: tenth(flows.battery[2]),
      TmpCab: tenth(18 + 0.2 * sky.air.temperatureC + (12 * Math.abs(nowW)) / Math.max(1, powerW)),
      WSet: standing.set['WSet'] ?? 0,
      WSetEna: isTold(standing) ? 1 : 0,
    };
  },
});

function isTold({ set }: Standing): boolean {
  return (set['WSetEna'] ?? (set['WSet'] === undefined ? 0 : 1)) === 1;
}

function wanted({ power: flows }: Moment, standing: Standing): number {
  return isTold(standing) ? (standing.set['WSet'] ?? 0) : total(gridPower(flows));
}
