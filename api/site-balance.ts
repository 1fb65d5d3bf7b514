import { z } from 'zod';
import type { Charging } from '#charging/index.ts';
import { evseDevice } from '#estate/device.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Ground } from '#estate/ground.ts';
import { MINUTE } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { Series, SeriesResult } from '#storage/series.ts';
import type { Telemetry } from '#telemetry/index.ts';
import { knownDevices } from './known-devices.ts';
import type { Range } from './range.ts';
import { METERS } from './views/site.ts';

const watts = z.number().nullable();

export const balancePointView = z.object({
  at: z.int().meta({ description: 'Begin of the step, ms since 1970' }),
  gridW: watts,
  pvW: watts,
  buildingW: watts,
  chargingW: watts,
});

export type BalancePoint = z.infer<typeof balancePointView>;
export type Flow = Exclude<keyof BalancePoint, 'at'>;

/** A charger tells its power now and then, and 0 at the end of a session: in between it holds, for so long, ms. */
const HELD_MS = 15 * MINUTE;

/** The mean power of a site's flows, step by step up to now; null where nothing was measured, for cars 0. */
export async function balanceOf(
  deps: {
    stores: { records: Records; series: Series };
    parts: { charging: Charging; telemetry: Telemetry };
    ground: Ground;
  },
  site: SiteId,
  { from, to, step }: Range,
): Promise<BalancePoint[]> {
  const { stores, parts, ground } = deps;
  const [devices, stations] = await Promise.all([
    knownDevices({ records: stores.records, telemetry: parts.telemetry }, { site }),
    parts.charging.stations({ site, limit: 10_000 }),
  ]);
  const flowOf = new Map<DeviceId, Flow>();
  for (const { id, type } of devices) {
    for (const flow of ['gridW', 'pvW', 'buildingW'] as const) if (METERS[flow] === type) flowOf.set(id, flow);
  }
  for (const { id, connectors } of stations) {
    for (const { evse } of connectors) if (evse > 0) flowOf.set(evseDevice(id, evse), 'chargingW');
  }
  const range = { from: from - (from % step), to: Math.min(to, ground.clock.now() + 1), step };
  const measured = await stores.series.query({
    site,
    devices: [...flowOf.keys()],
    metric: 'W',
    aggregate: 'mean',
    ...range,
    from: range.from - Math.ceil(HELD_MS / step) * step,
  });
  return addUp(measured, flowOf, range);
}

/** Adds up what was measured by flow, and lists every step. */
export function addUp(
  measured: readonly Pick<SeriesResult, 'device' | 'points'>[],
  flowOf: ReadonlyMap<DeviceId, Flow>,
  { from, to, step }: Range,
): BalancePoint[] {
  const points = new Map<number, BalancePoint>();
  for (let at = from; at < to; at += step) {
    points.set(at, { at, gridW: null, pvW: null, buildingW: null, chargingW: 0 });
  }
  for (const { device, points: values } of measured) {
    const flow = flowOf.get(device);
    for (const [at, valueW] of flow === 'chargingW' ? held(values, { to, step }) : values) {
      const point = points.get(at);
      if (flow && point) point[flow] = (point[flow] ?? 0) + valueW;
    }
  }
  return [...points.values()];
}

/** The steps of a charger's power, those between two reports filled with the earlier one. */
function held(values: readonly [number, number][], { to, step }: Pick<Range, 'to' | 'step'>): [number, number][] {
  return values.flatMap(([at, valueW], index) => {
    const until = Math.min(values[index + 1]?.[0] ?? to, at + HELD_MS, to);
    const steps = Math.max(1, Math.ceil((until - at) / step));
    return Array.from({ length: steps }, (_, n): [number, number] => [at + n * step, valueW]);
  });
}
