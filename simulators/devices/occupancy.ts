import { z } from 'zod';
import { batteryCharge, radioSignal } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { batteryPowered, noYes, people } from './metrics.ts';

const COUNTERS = 3;
const SERVED_IN_S = 240;
const came = { unit: '{people}', min: 0 };

/** Counts who comes and goes at the public room. */
export const occupancy = deviceKind({
  type: 'occupancy',
  isSlow: true,
  metrics: {
    Occ: noYes,
    People: people,
    TotIn: came,
    TotOut: came,
    WaitS: { unit: 's', min: 0, max: 86_400 },
    ...batteryPowered,
  },
  state: z.object({ came: z.number(), went: z.number() }),
  begin: () => ({ came: 0, went: 0 }),
  advance(state, { slots }) {
    for (const slot of slots) {
      state.came += slot.came;
      state.went += slot.went;
    }
  },
  read(state, { now, customers }, { chance }) {
    return {
      Occ: customers > 0 ? 1 : 0,
      People: customers,
      TotIn: state.came,
      TotOut: state.went,
      WaitS: Math.round((Math.max(0, customers - COUNTERS) * SERVED_IN_S) / COUNTERS),
      Batt: batteryCharge(chance, now),
      RSSI: radioSignal(chance, now),
    };
  },
});
