import { HOUR, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { noise, stream } from '../physics/noise.ts';
import { addPower, type Moment, tenth } from '../site/moment.ts';
import { energyOf, phaseOf, startWh } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { tamper } from './machine.ts';
import { lux, noYes, offOn, people, power, register, settable } from './metrics.ts';

const POWER_W = { lights: 140, board: 90, guest: 15 };
/** The sun is so far from straight above when it is dark, °. */
const DARK_DEG = 91;
const AWAKE = { from: 6, to: 23.5 };
const MOST_GUESTS = 8;

/** The furnished area before an office: lit when it is dark, its board on by day, its sockets always. */
export const outdoorArea = deviceKind({
  type: 'outdoor-area',
  isSlow: true,
  metrics: {
    People: people,
    Lights: settable(offOn),
    Sockets: settable(offOn),
    Board: settable(offOn),
    Help: noYes,
    Tamper: noYes,
    W: power(0, 1e5),
    TotWhImp: register,
    Lux: lux,
  },
  conditions: [
    {
      code: 'help',
      severity: 900,
      text: 'Somebody asks for help.',
      aYear: 1,
      lastsMs: [3 * MINUTE, 20 * MINUTE],
    },
    tamper,
  ],
  state: z.object({ usedWh: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ usedWh: startWh(chance, 'used') / 100, lastW: 0 }),
  advance(state, moment, standing) {
    const guestsW = socketsOf(standing) * guests(moment, standing) * POWER_W.guest;
    const nowW = lightsOf(moment, standing) * POWER_W.lights + boardOf(moment, standing) * POWER_W.board + guestsW;
    addPower(moment.power.building, nowW, phaseOf(standing.chance));
    state.usedWh += energyOf(state.lastW, nowW, moment.spanMs);
    state.lastW = nowW;
  },
  read(state, moment, standing) {
    const lights = lightsOf(moment, standing);
    return {
      People: guests(moment, standing),
      Lights: lights,
      Sockets: socketsOf(standing),
      Board: boardOf(moment, standing),
      Help: standing.conditions.includes('help') ? 1 : 0,
      Tamper: standing.conditions.includes('tamper') ? 1 : 0,
      W: tenth(state.lastW),
      TotWhImp: Math.floor(state.usedWh),
      Lux: Math.round(moment.sky.irradiance.globalW * 110 + lights * 40),
    };
  },
});

const isAwake = ({ wall }: Moment) => wall.hour >= AWAKE.from && wall.hour < AWAKE.to;
const socketsOf = ({ set }: Standing) => set['Sockets'] ?? 1;

function lightsOf(moment: Moment, { set }: Standing): number {
  return set['Lights'] ?? (moment.sky.sun.zenithDeg > DARK_DEG && isAwake(moment) ? 1 : 0);
}

function boardOf(moment: Moment, { set }: Standing): number {
  return set['Board'] ?? (isAwake(moment) ? 1 : 0);
}

/** Few sit there by night or in the cold. */
function guests(moment: Moment, { chance }: Standing): number {
  if (!isAwake(moment)) return 0;
  const mild = Math.max(0, Math.min(1, moment.sky.air.temperatureC / 22));
  return Math.floor(MOST_GUESTS * mild * noise(stream('guests', chance), HOUR / 2, moment.now) ** 2);
}
