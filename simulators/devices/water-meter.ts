import { HOUR, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { countAt, draw, stream } from '../physics/noise.ts';
import { SLOT_MS } from '../physics/building.ts';
import { tenth } from '../site/moment.ts';
import { batteryCharge, drawnInt, radioSignal, toward } from './counting.ts';
import { deviceKind } from './device-kind.ts';
import { batteryPowered, noYes, offOn, settable } from './metrics.ts';

/** A tap or a flush, m³, and how many there are in a slot at work. */
const USE_M3 = 0.006;
const USES_AT_WORK = 0.4;
const LEAK_M3H = 0.08;
/** Its valve turns within so long. */
const VALVE_MS = 30 * SECOND;

/** The water meter of the building with its valve. A leak flows day and night, until the valve is shut. */
export const waterMeter = deviceKind({
  type: 'water-meter',
  isSlow: true,
  metrics: {
    TotVol: { unit: 'm3', min: 0 },
    Flow: { unit: 'm3/h', min: -100, max: 1_000 },
    TmpWtr: { unit: 'Cel', min: -10, max: 120 },
    Leak: noYes,
    Valve: settable(offOn),
    ...batteryPowered,
  },
  conditions: [
    {
      code: 'leak',
      severity: 700,
      text: 'Water flows all the time: a tap or a pipe leaks.',
      aYear: 0.4,
      lastsMs: [3 * HOUR, 48 * HOUR],
    },
  ],
  state: z.object({ volumeM3: z.number(), flowM3H: z.number(), open: z.number() }),
  begin: ({ chance }) => ({ volumeM3: drawnInt(chance, 'volume', [100, 2000]), flowM3H: 0, open: 1 }),
  advance(state, { slots, spanMs }, { chance, set, conditions }) {
    state.open = toward(state.open, set['Valve'] ?? 1, spanMs / VALVE_MS);
    const leakM3H = conditions.length > 0 ? LEAK_M3H : 0;
    for (const { index, isOpen, came } of slots) {
      const mean = (isOpen ? USES_AT_WORK : 0) + 0.05 * came;
      const usedM3 = state.open * USE_M3 * countAt(mean, draw(stream('use', chance), index));
      state.volumeM3 += usedM3;
      state.flowM3H = (usedM3 * HOUR) / SLOT_MS;
    }
    state.volumeM3 += (state.open * leakM3H * spanMs) / HOUR;
  },
  read(state, { now, sky }, { chance, set, conditions }) {
    const isLeaking = conditions.length > 0;
    return {
      TotVol: Math.floor(state.volumeM3 * 1000) / 1000,
      Flow: Math.round(state.open * (state.flowM3H + (isLeaking ? LEAK_M3H : 0)) * 1000) / 1000,
      TmpWtr: tenth(12 + 0.2 * sky.air.temperatureC),
      Leak: isLeaking ? 1 : 0,
      Valve: set['Valve'] ?? 1,
      Batt: batteryCharge(chance, now),
      RSSI: radioSignal(chance, now),
    };
  },
});
