import { HOUR, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { pvPower } from '../physics/pv.ts';
import { addPower, tenth, total } from '../site/moment.ts';
import { energyOver, startWh, toward } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { cabinetC, offOn, percent, phases, power, register, settable, states } from './metrics.ts';

/** How fast it follows a limit, % of its power in a second. */
const RAMP_PCT = 10;
const SLEEPING = 1;
const RUNNING = 3;
const THROTTLED = 4;
const FAULT = 6;
/** Bit 0 of SunSpec 701.Alrm: ground fault. */
const GROUND_FAULT = 1;

/** The inverter of the plant; it nears a limit within seconds. */
export const pvInverter = deviceKind({
  type: 'pv-inverter',
  metrics: {
    W: power(-1e4, 5e6),
    TotWhInj: register,
    ...phases,
    TmpCab: cabinetC,
    InvSt: states(0, 1, 2, 3, 4, 5, 6, 7),
    Alrm: { unit: '{bits}', min: 0, max: 2 ** 32 - 1 },
    WMaxLimPct: settable(percent),
    WMaxLimPctEna: settable(offOn),
  },
  conditions: [
    {
      code: 'ground-fault',
      severity: 700,
      text: 'The insulation of the plant is too weak; the inverter stays off.',
      aYear: 0.3,
      lastsMs: [2 * HOUR, 48 * HOUR],
    },
  ],
  state: z.object({ givenWh: z.number(), limitPct: z.number() }),
  begin: ({ chance }) => ({ givenWh: startWh(chance, 'given'), limitPct: 100 }),
  advance(state, moment, standing) {
    const { sky, spanMs, power } = moment;
    const plant = standing.site.pv;
    state.limitPct = toward(state.limitPct, limitOf(standing), (RAMP_PCT * spanMs) / SECOND);
    const isUp = plant !== null && standing.conditions.length === 0;
    const mostW = ((plant?.inverterW ?? 0) * state.limitPct) / 100;
    const acW = isUp ? Math.min(pvPower(plant, sky).acW, mostW) : 0;
    // Cut to the tenth, lest three phases give more than the limit.
    addPower(power.pv, Math.floor((acW / 3) * 10) * 0.3);
    state.givenWh += energyOver(moment, 'pv');
  },
  read(state, { sky, power: { pv } }, standing) {
    const isFaulted = standing.conditions.length > 0;
    const nowW = total(pv);
    const inverterW = standing.site.pv?.inverterW ?? 0;
    const atLimit = state.limitPct < 100 && nowW > (inverterW * state.limitPct) / 100 - 1;
    return {
      W: nowW,
      TotWhInj: Math.floor(state.givenWh),
      WL1: tenth(pv[0]),
      WL2: tenth(pv[1]),
      WL3: tenth(pv[2]),
      TmpCab: tenth(sky.air.temperatureC + 8 + 20 * (nowW / Math.max(1, inverterW))),
      InvSt: isFaulted ? FAULT : atLimit ? THROTTLED : nowW > 0 ? RUNNING : SLEEPING,
      Alrm: isFaulted ? GROUND_FAULT : 0,
      WMaxLimPct: standing.set['WMaxLimPct'] ?? 100,
      WMaxLimPctEna: standing.set['WMaxLimPctEna'] ?? 1,
    };
  },
});

function limitOf({ set }: Standing): number {
  return set['WMaxLimPctEna'] === 0 ? 100 : (set['WMaxLimPct'] ?? 100);
}
