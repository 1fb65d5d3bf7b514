import { seededRandom } from '#estate/random.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';

/** Midnight. */
export const T0 = Date.UTC(2026, 0, 15);

export const meter = (ts: number, values: Record<string, number>, device = 'grid'): Reading => {
  return { site: 'barolo', device, type: 'grid-meter', ts, values };
};

/**
 * Two meters over two days and a half, with everything that goes wrong: gaps, resets, wild values, bad quality. One of
 * their counters is read once an hour.
 */
export function oddReadings(): Reading[] {
  const random = seededRandom('odd');
  return ['grid', 'other'].flatMap((device) => {
    const readings: Reading[] = [];
    let [register, hourlyAt] = [1_000, 0];
    for (
      let ts = T0 + 7 * SECOND;
      ts < T0 + 2.5 * DAY;
      ts += random.next() < 0.01 ? random.next() * 3 * HOUR : MINUTE
    ) {
      const at = Math.round(ts);
      register = random.next() < 0.002 ? 0 : register + random.next() * 50;
      const wild = random.next() < 0.003 ? 5e8 : register;
      const W = Math.round(random.next() * 90_000) / 10;
      const isHourly = at - hourlyAt >= HOUR;
      if (isHourly) hourlyAt = at;
      const values = {
        W,
        ...(random.next() < 0.1 ? {} : { TotWhImp: wild }),
        ...(isHourly ? { RunS: random.next() < 0.1 ? 0 : (at - T0) / SECOND } : {}),
      };
      const isBad = random.next() < (isHourly ? 0.1 : 0.02);
      readings.push({
        ...meter(at, values, device),
        ...(isBad ? { quality: { W: Quality.bad, TotWhImp: Quality.bad, RunS: Quality.bad } } : {}),
      });
    }
    return readings;
  });
}
