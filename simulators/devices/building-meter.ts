import { z } from 'zod';
import { tenth, total } from '../site/moment.ts';
import { energyOf, startWh } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { phases, power, register } from './metrics.ts';

/** What the building draws, with all that is plugged in there. */
export const buildingMeter = deviceKind({
  type: 'building-meter',
  metrics: { W: power(0, 5e6), TotWhImp: register, ...phases },
  state: z.object({ usedWh: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ usedWh: startWh(chance, 'used'), lastW: 0 }),
  advance(state, { power: { building }, spanMs }) {
    const nowW = total(building);
    state.usedWh += energyOf(state.lastW, nowW, spanMs);
    state.lastW = nowW;
  },
  read(state, { power: { building } }) {
    return {
      W: state.lastW,
      TotWhImp: Math.floor(state.usedWh),
      WL1: tenth(building[0]),
      WL2: tenth(building[1]),
      WL3: tenth(building[2]),
    };
  },
});
