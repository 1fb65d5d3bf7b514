import { z } from 'zod';
import { tenth, total } from '../site/moment.ts';
import { energyOver, startWh } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { phases, power, register } from './metrics.ts';

/** What the building draws, with all that is plugged in there. */
export const buildingMeter = deviceKind({
  type: 'building-meter',
  metrics: { W: power(0, 5e6), TotWhImp: register, ...phases },
  state: z.object({ usedWh: z.number() }),
  begin: ({ chance }) => ({ usedWh: startWh(chance, 'used') }),
  advance(state, moment) {
    state.usedWh += energyOver(moment, 'building');
  },
  read(state, { power: { building } }) {
    return {
      W: total(building),
      TotWhImp: Math.floor(state.usedWh),
      WL1: tenth(building[0]),
      WL2: tenth(building[1]),
      WL3: tenth(building[2]),
    };
  },
});
