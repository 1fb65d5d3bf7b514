import { tenth } from '../site/moment.ts';
import { deviceKind, type Standing, stateless } from './device-kind.ts';
import { indoorC, power, settable } from './metrics.ts';

/** Where it is set when nobody says otherwise. */
const USUAL_C = 20;

/** The thermostat of the public room. The room needs hours to follow it. */
export const thermostat = deviceKind({
  ...stateless,
  type: 'thermostat',
  metrics: { TmpAir: indoorC, TmpSet: settable({ unit: 'Cel', min: 5, max: 35 }), HeatW: power(0, 1e6) },
  read: (_, { room }, standing) => ({
    TmpAir: tenth(room.airC),
    TmpSet: setTemperature(standing),
    HeatW: tenth(Math.max(0, room.heatW)),
  }),
});

/** What the public room is heated to, with or without a thermostat that could be told, °C. */
export function setTemperature(standing: Standing | undefined): number {
  return standing?.set['TmpSet'] ?? USUAL_C;
}
