import { z } from 'zod';
import { gridPower, total } from '../site/moment.ts';
import { energyOf, startWh } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { phases, power, register } from './metrics.ts';

/** The meter at the grid connection: what building and cars draw, less what plant and battery give, on each phase. */
export const gridMeter = deviceKind({
  type: 'grid-meter',
  metrics: { W: power(-5e6, 5e6), TotWhImp: register, TotWhExp: register, ...phases },
  state: z.object({ importWh: z.number(), exportWh: z.number(), lastW: z.number() }),
  begin: ({ chance }) => ({ importWh: startWh(chance, 'import'), exportWh: startWh(chance, 'export'), lastW: 0 }),
  advance(state, { power: flows, spanMs }) {
    const nowW = total(gridPower(flows));
    const passedWh = energyOf(state.lastW, nowW, spanMs);
    if (passedWh > 0) state.importWh += passedWh;
    else state.exportWh -= passedWh;
    state.lastW = nowW;
  },
  read(state, moment) {
    const [WL1, WL2, WL3] = gridPower(moment.power);
    return {
      W: state.lastW,
      TotWhImp: Math.floor(state.importWh),
      TotWhExp: Math.floor(state.exportWh),
      WL1,
      WL2,
      WL3,
    };
  },
});
