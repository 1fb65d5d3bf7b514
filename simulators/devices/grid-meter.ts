import { z } from 'zod';
import { gridPower, total } from '../site/moment.ts';
import { energyOver, startWh } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { phases, power, register } from './metrics.ts';

/** The meter at the grid connection: what building and cars draw, less what plant and battery give, on each phase. */
export const gridMeter = deviceKind({
  type: 'grid-meter',
  metrics: { W: power(-5e6, 5e6), TotWhImp: register, TotWhExp: register, ...phases },
  state: z.object({ importWh: z.number(), exportWh: z.number() }),
  begin: ({ chance }) => ({ importWh: startWh(chance, 'import'), exportWh: startWh(chance, 'export') }),
  advance(state, moment) {
    const drawnWh = energyOver(moment, 'building') + moment.chargedWh;
    const passedWh = drawnWh - energyOver(moment, 'pv') - energyOver(moment, 'battery');
    if (passedWh > 0) state.importWh += passedWh;
    else state.exportWh -= passedWh;
  },
  read(state, moment) {
    const [WL1, WL2, WL3] = gridPower(moment.power);
    return {
      W: total([WL1, WL2, WL3]),
      TotWhImp: Math.floor(state.importWh),
      TotWhExp: Math.floor(state.exportWh),
      WL1,
      WL2,
      WL3,
    };
  },
});
