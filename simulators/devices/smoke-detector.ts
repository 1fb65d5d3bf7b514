import { HOUR, MINUTE } from '#estate/units.ts';
import { tenth } from '../site/moment.ts';
import { batteryCharge, radioSignal } from './counting.ts';
import { deviceKind, stateless } from './device-kind.ts';
import { batteryPowered, noYes, percent } from './metrics.ts';

/** A smoke detector; its chamber gathers dust. */
export const smokeDetector = deviceKind({
  ...stateless,
  type: 'smoke-detector',
  isSlow: true,
  metrics: { Smoke: noYes, DustPct: percent, Fault: noYes, ...batteryPowered },
  conditions: [
    { code: 'smoke', severity: 900, text: 'There is smoke.', aYear: 0.2, lastsMs: [5 * MINUTE, 30 * MINUTE] },
    {
      code: 'detector-fault',
      severity: 600,
      text: 'The detector cannot detect: its chamber is dirty.',
      aYear: 0.2,
      lastsMs: [6 * HOUR, 48 * HOUR],
    },
  ],
  read(_, { now }, { chance, conditions }) {
    const isFaulted = conditions.includes('detector-fault');
    const charge = batteryCharge(chance, now);
    return {
      Smoke: conditions.includes('smoke') ? 1 : 0,
      DustPct: isFaulted ? 95 : tenth((100 - charge) * 0.6),
      Fault: isFaulted ? 1 : 0,
      Batt: charge,
      RSSI: radioSignal(chance, now),
    };
  },
});
