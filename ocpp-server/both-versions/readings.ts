import type { ChargerRef } from '#charging/index.ts';
import { CHARGING_STATION, evseDevice } from '#estate/device.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Metering } from './metering.ts';

/**
 * Meter values as samples of the EVSE. A charger that has no site yet has no samples.
 *
 * @param endedAt when the session ended, if it did: from then on no power flows, which no meter value says.
 */
export function readingsOf(source: {
  charger: ChargerRef;
  evse: number;
  metering: Metering;
  endedAt?: Millis;
}): Reading[] {
  const { charger, evse, metering, endedAt } = source;
  const { site } = charger;
  if (site === null) return [];
  const values = new Map<Millis, Record<string, number>>();
  for (const moment of metering.moments) values.set(moment.at, { ...values.get(moment.at), ...moment.values });
  if (endedAt !== undefined) values.set(endedAt, { ...values.get(endedAt), W: 0 });
  const device = evseDevice(charger.id, evse);
  return [...values].map(([ts, ofMoment]) => ({ site, device, type: CHARGING_STATION, ts, values: ofMoment }));
}
