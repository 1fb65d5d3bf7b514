import { MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { draw, stream } from '../physics/noise.ts';
import { batteryCharge, radioSignal } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { batteryPowered, noYes } from './metrics.ts';

/** A door is open for so long when somebody passes, as a share of a minute. */
const OPEN_SHARE = 0.1;

/** The contact of the public room's door: each customer opens it twice. */
export const openingContact = deviceKind({
  type: 'opening-contact',
  isSlow: true,
  metrics: { Open: noYes, Openings: { unit: '{openings}', min: 0 }, Tamper: noYes, ...batteryPowered },
  conditions: [
    {
      code: 'tamper',
      severity: 800,
      text: 'The door contact was forced open or taken off.',
      aYear: 0.2,
      lastsMs: [10 * MINUTE, 60 * MINUTE],
    },
  ],
  state: z.object({ openings: z.number() }),
  begin: () => ({ openings: 0 }),
  advance(state, { slots }) {
    for (const { came, went } of slots) state.openings += came + went;
  },
  read(state, { now, customers, isOpen }, { chance, conditions }) {
    const isForced = conditions.length > 0;
    const passing = isOpen && draw(stream('door', chance), Math.floor(now / MINUTE)) < customers * OPEN_SHARE;
    return {
      Open: isForced || passing ? 1 : 0,
      Openings: state.openings,
      Tamper: isForced ? 1 : 0,
      Batt: batteryCharge(chance, now),
      RSSI: radioSignal(chance, now),
    };
  },
});
