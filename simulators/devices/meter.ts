import { z } from 'zod';
import { tenth } from '../site/moment.ts';
import { energyOf, startWh } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { power, register } from './metrics.ts';

/** A meter of the heat pump that warms the public room. */
export const meter = deviceKind({
  type: 'meter',
  metrics: { W: power(-5e6, 5e6), TotWhImp: register },
  state: z.object({ usedWh: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ usedWh: startWh(chance, 'used'), lastW: 0 }),
  advance(state, { heatPumpW, spanMs }) {
    state.usedWh += energyOf(state.lastW, heatPumpW, spanMs);
    state.lastW = heatPumpW;
  },
  read: (state) => ({ W: tenth(state.lastW), TotWhImp: Math.floor(state.usedWh) }),
});
