import { HOUR } from '#estate/units.ts';
import { tenth } from '../site/moment.ts';
import { batteryCharge, radioSignal } from './counting.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { batteryPowered, indoorC, noYes } from './metrics.ts';

/** A detector of water on the floor. */
export const leakDetector = deviceKind({
  ...stateless,
  type: 'leak-detector',
  isSlow: true,
  metrics: { Leak: noYes, TmpAir: indoorC, ...batteryPowered },
  conditions: [
    {
      code: 'leak',
      severity: 800,
      text: 'There is water on the floor.',
      aYear: 0.4,
      lastsMs: [HOUR / 2, 6 * HOUR],
    },
  ],
  read: (_, { now, room }, { chance, conditions }) => ({
    Leak: conditions.length > 0 ? 1 : 0,
    TmpAir: tenth(room.massC - 1),
    Batt: batteryCharge(chance, now),
    RSSI: radioSignal(chance, now),
  }),
});
