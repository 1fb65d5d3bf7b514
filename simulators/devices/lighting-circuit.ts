import { SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { lightsLoad } from '../physics/building.ts';
import { addPower, type Moment, tenth } from '../site/moment.ts';
import { energyOf, phaseOf, startWh } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { lux, offOn, percent, power, register, seconds, settable } from './metrics.ts';

/** A building's lights hang on so many circuits; those that can be told are among them. */
export const CIRCUITS = 3;
/** Sun on the level at which daylight has dimmed the lights all it may, W/m². */
const BRIGHT_W = 500;
const DIMMED_PCT = 60;

/** A circuit of lights: lit while people work, dimmed by daylight; or as it is told, at once. */
export const lightingCircuit = deviceKind({
  type: 'lighting-circuit',
  isSlow: true,
  metrics: {
    On: settable(offOn),
    LevelPct: settable(percent),
    W: power(0, 1e5),
    TotWhImp: register,
    Lux: lux,
    OnS: seconds,
  },
  state: z.object({ usedWh: z.number(), lastW: z.number(), litS: z.number() }),
  begin: ({ chance }) => ({ usedWh: startWh(chance, 'used') / 10, lastW: 0, litS: 0 }),
  advance(state, moment, standing) {
    const ratedW = lightsLoad(standing.site.building) / CIRCUITS;
    const nowW = tenth((isLit(moment, standing) * ratedW * levelPct(moment, standing)) / 100);
    addPower(moment.power.building, nowW, phaseOf(standing.chance));
    state.usedWh += energyOf(state.lastW, nowW, moment.spanMs);
    if (state.lastW > 0) state.litS += moment.spanMs / SECOND;
    state.lastW = nowW;
  },
  read(state, moment, standing) {
    const on = isLit(moment, standing);
    const level = levelPct(moment, standing);
    return {
      On: on,
      LevelPct: level,
      W: state.lastW,
      TotWhImp: Math.floor(state.usedWh),
      Lux: Math.round(moment.sky.irradiance.globalW * 0.8 + on * level * 4.5),
      OnS: Math.floor(state.litS),
    };
  },
});

function isLit({ work }: Moment, { set }: Standing): number {
  return set['On'] ?? (work > 0 ? 1 : 0);
}

function levelPct({ sky }: Moment, { set }: Standing): number {
  const daylight = Math.min(1, sky.irradiance.globalW / BRIGHT_W);
  return set['LevelPct'] ?? Math.round(100 - (100 - DIMMED_PCT) * daylight);
}
