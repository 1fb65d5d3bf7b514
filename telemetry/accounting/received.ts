import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Count, Counted } from './counters.ts';

export interface DeviceRef {
  site: SiteId;
  device: DeviceId;
}

/** What is counted for each device too, beside the counts of all: what was not as it should be. */
export const COUNTED_BY_DEVICE = [
  'gaps',
  'repeated',
  'rebirths',
  'late',
  'historical',
  'future',
  'quarantined',
  'dead',
] as const satisfies readonly Counted[];

export type CountedByDevice = (typeof COUNTED_BY_DEVICE)[number];

export type Received = Readonly<Record<CountedByDevice, number>>;

/** Counts something of a device, or of nobody in particular (null); by 1 unless told. */
export type CountOf = (of: DeviceRef | null, what: CountedByDevice, by?: number) => void;

/** What came from each device since the start. */
export interface ReceivedCounts {
  count: CountOf;
  /** Of one that has no site nothing came. */
  of(device: { site: SiteId | null; device: DeviceId }): Received;
  forget(device: DeviceRef): void;
}

const NOTHING: Received = {
  gaps: 0,
  repeated: 0,
  rebirths: 0,
  late: 0,
  historical: 0,
  future: 0,
  quarantined: 0,
  dead: 0,
};

/** @param deps.isKnown of whom it may be remembered: made-up names must not fill memory. */
export function createReceivedCounts(deps: { count: Count; isKnown(device: DeviceRef): boolean }): ReceivedCounts {
  const received = new Map<string, Record<CountedByDevice, number>>();
  const keyOf = ({ site, device }: { site: SiteId | null; device: DeviceId }) => `${site}/${device}`;
  return {
    count(of, what, by = 1) {
      if (by === 0) return;
      deps.count(what, by);
      if (of === null || !deps.isKnown(of)) return;
      const counts = received.get(keyOf(of)) ?? { ...NOTHING };
      counts[what] += by;
      received.set(keyOf(of), counts);
    },
    of: (device) => ({ ...(received.get(keyOf(device)) ?? NOTHING) }),
    forget: (device) => void received.delete(keyOf(device)),
  };
}
