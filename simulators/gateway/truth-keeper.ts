import type { Millis } from '#estate/units.ts';
import type { SitePlan } from '../estate/plan.ts';
import type { DeviceTruth, SiteTruth } from '../run/truth.ts';
import type { DeviceEvent } from '../site/conditions.ts';
import type { SitePoint } from './backlog.ts';
import { createSiteSeries } from './site-series.ts';
import { createStamps, isInContract, type Stamps } from './stamps.ts';

/** Keeps what a site's devices really showed, and what of it was acknowledged. */
export interface SiteTruthKeeper {
  taken(point: SitePoint): void;
  /** All of these points arrived. */
  acknowledged(points: readonly SitePoint[]): void;
  /** Something began or passed at a device. */
  happened(event: DeviceEvent): void;
  /** Messages may leave that nobody can read. */
  garbled(): void;
  /** It was told with this stamp, and acknowledged. */
  told(event: DeviceEvent, at: Millis): void;
  /** Measured values that were acknowledged. */
  readonly points: number;
  truth(): SiteTruth;
}

interface Tally {
  /** Its number among the devices that measure. */
  n: number;
  type: string;
  readings: number;
  acknowledged: number;
  last: { at: Millis; values: Record<string, number> } | null;
  /** The earliest that was acknowledged. */
  firstAt: Millis;
  stamps: Stamps;
  stampedAgain: number;
}

interface Standing {
  device: string;
  code: string;
  since: Millis;
  isTold: boolean;
}

export function createSiteTruthKeeper({ id, devices, gridLimitW }: SitePlan): SiteTruthKeeper {
  const measuring = devices.filter(({ type }) => type !== 'gateway');
  const tallies = new Map<string, Tally>(measuring.map(({ id: device, type }, n) => [device, newTally(n, type)]));
  const series = createSiteSeries(measuring);
  const events = createStandingEvents();
  let points = 0;
  let isGarbled = false;
  const gridMeter = devices.find(({ type }) => type === 'grid-meter')?.id ?? null;
  let peakW = 0;
  return {
    taken({ at, readings }) {
      if (!isInContract(at)) {
        isGarbled = true;
        return;
      }
      if (gridMeter !== null) peakW = Math.max(peakW, readings[gridMeter]?.['W'] ?? 0);
      for (const [device, values] of Object.entries(readings)) {
        const tally = tallies.get(device);
        if (!tally) continue;
        tally.readings += 1;
        series.taken(tally.n, at, values);
        if (!tally.stamps.take(at)) continue;
        tally.stampedAgain += 1;
        series.replaced(tally.n, at);
      }
    },
    acknowledged(arrived) {
      for (const { at, readings } of arrived.filter((point) => isInContract(point.at))) {
        for (const [device, values] of Object.entries(readings)) {
          const tally = tallies.get(device);
          if (!tally) continue;
          tally.acknowledged += 1;
          series.acknowledged(tally.n, at);
          points += Object.keys(values).length;
          // Of two of the same time, the later one stays.
          if (tally.last === null || tally.last.at <= at) tally.last = { at, values };
          tally.firstAt = Math.min(tally.firstAt, at);
        }
      }
    },
    happened: events.happened,
    told: events.told,
    garbled: () => void (isGarbled = true),
    get points() {
      return points;
    },
    truth: () => ({
      site: id,
      gateway: devices.find(({ type }) => type === 'gateway')?.id ?? null,
      isGarbled,
      grid: gridMeter === null ? null : { meter: gridMeter, limitW: gridLimitW, peakW },
      devices: [...tallies].map(([device, tally]) => {
        return { device, ...measuredOf(tally), ...series.of(tally.n), events: events.of(device) };
      }),
    }),
  };
}

/** Conditions of devices that have not passed. */
function createStandingEvents(): Pick<SiteTruthKeeper, 'happened' | 'told'> & {
  of(device: string): DeviceTruth['events'];
} {
  /** By device and occurrence. */
  const standing = new Map<string, Standing>();
  const keyOf = (event: DeviceEvent) => `${event.device} ${event.id}`;
  return {
    happened(event) {
      const { device, code, since } = event;
      if (event.active) standing.set(keyOf(event), { device, code, since, isTold: false });
      else standing.delete(keyOf(event));
    },
    told(event, at) {
      const found = standing.get(keyOf(event));
      if (event.active && found && isInContract(at)) found.isTold = true;
    },
    of: (device) =>
      [...standing.values()]
        .filter((each) => each.device === device && each.isTold)
        .map(({ code, since }) => ({ code, since })),
  };
}

function newTally(n: number, type: string): Tally {
  const stamps = createStamps();
  return { n, type, readings: 0, acknowledged: 0, last: null, firstAt: Infinity, stamps, stampedAgain: 0 };
}

function measuredOf({ type, readings, acknowledged, last, firstAt, stampedAgain }: Tally) {
  return {
    type,
    readings,
    acknowledged,
    last,
    ...(last === null ? {} : { firstAt }),
    ...(stampedAgain === 0 ? {} : { stampedAgain }),
  };
}
