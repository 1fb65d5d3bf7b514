import { SECOND } from '#estate/units.ts';
import type { Counter } from '#storage/series.ts';
import type { DeviceType } from './device-type.ts';

/** No site of the estate draws or makes more; what a meter shows beyond it is a wild value. W */
const MOST_POWER_W = 10e6;

/** The metrics that only grow, for the series store: it keeps what they rose. */
export function countersOf(types: readonly DeviceType[]): Counter[] {
  return types.flatMap(({ type, metrics }) =>
    Object.entries(metrics)
      .filter(([, metric]) => metric.counter)
      .map(([metric, { unit, period }]) => {
        return { type, metric, perHour: unit === 'W.h' ? MOST_POWER_W : Infinity, periodMs: period * SECOND };
      }),
  );
}
