import { seededRandom } from '#estate/random.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, MINUTE, SECOND, type Millis } from '#estate/units.ts';

/** The metrics of each device: ten, as an inverter or a meter of SunSpec has them. */
export const METRICS = 10;
export const DEVICES_PER_SITE = 2;
export const BATCH = 5_000;

export const siteOf = (n: number) => `site-${Math.floor(n / DEVICES_PER_SITE)}`;
export const deviceOf = (n: number) => `${siteOf(n)}-${n % DEVICES_PER_SITE === 0 ? 'grid' : 'pv'}`;

/**
 * What the devices of an estate measure in days, minute by minute, in batches as the writer appends them. Values have the
 * resolution of real meters: 1 W, 1 Wh, 0.1 V, 0.01 A, 0.1 °C.
 */
export function* batchesOf({
  devices,
  from,
  days,
}: {
  devices: number;
  from: Millis;
  days: number;
}): Generator<Reading[]> {
  const random = seededRandom('plants');
  const plants = Array.from({ length: devices }, (_, n) => ({
    site: siteOf(n),
    device: deviceOf(n),
    peakW: 2_000 + 18_000 * random.next(),
    totWh: Math.round(random.next() * 1e7),
    phase: Math.floor(random.next() * MINUTE),
    aheadMs: (random.next() - 0.5) * 4 * SECOND,
    isGrid: n % DEVICES_PER_SITE === 0,
    cloud: 1,
  }));
  let batch: Reading[] = [];
  for (let at = from; at < from + days * DAY; at += MINUTE) {
    const sun = Math.max(0, Math.sin((((at % DAY) / DAY) * 24 - 6) * (Math.PI / 12)));
    for (const plant of plants) {
      plant.cloud = Math.min(1, Math.max(0.2, plant.cloud + (random.next() - 0.5) * 0.1));
      const noise = 1 + (random.next() - 0.5) * 0.02;
      const W = Math.round(plant.peakW * (plant.isGrid ? 0.4 + 0.2 * plant.cloud : sun * plant.cloud) * noise);
      plant.totWh += Math.round(W / 60);
      const ts = at + plant.phase;
      batch.push({
        site: plant.site,
        device: plant.device,
        type: plant.isGrid ? 'grid-meter' : 'pv-inverter',
        ts,
        receivedAt: Math.round(ts - plant.aheadMs + random.next() * SECOND),
        values: valuesOf(W, plant.totWh, { noise, sun, isGrid: plant.isGrid }),
      });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function valuesOf(W: number, totWh: number, { noise, sun, isGrid }: { noise: number; sun: number; isGrid: boolean }) {
  const phV = Math.round(2_300 * (1 + (noise - 1) / 2)) / 10;
  const PF = W === 0 ? 1 : Math.round(98 * noise) / 100;
  const common = {
    W,
    VA: Math.round(W / PF),
    PF,
    A: Math.round((W / phV / 3) * 100) / 100,
    PhV: phV,
    Hz: Math.round(5_000 + (noise - 1) * 100) / 100,
  };
  if (!isGrid) {
    return {
      ...common,
      Var: Math.round(W * 0.1),
      TotWhInj: totWh,
      TmpCab: Math.round(200 + 200 * sun * noise) / 10,
      WMaxLimPct: 100,
    };
  }
  const third = Math.round(W / 3);
  return { ...common, TotWhImp: totWh, WL1: third, WL2: third, WL3: W - 2 * third };
}
