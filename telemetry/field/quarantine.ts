import { hash } from 'node:crypto';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Log } from '#estate/log.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { Count } from '../accounting/counters.ts';
import type { CountOf } from '../accounting/received.ts';
import type { Birth, Target } from '../dialects/dialect.ts';
import type { Stray } from './readings.ts';
import { keepQuarantined, listQuarantined, type QuarantineChanges } from './quarantine-tables.ts';

/** Values that came and have no place, by device and metric; or a device of an unknown type that waits for adoption. */
export interface Quarantined {
  /** The same for the same device and metric, always. */
  id: string;
  site: SiteId;
  device: DeviceId;
  /** Null: nothing is taken from the device. */
  metric: string | null;
  reason: string;
  times: number;
  firstAt: Millis;
  lastAt: Millis;
  /** The latest value. */
  value: number | null;
  /** Of a device that can be adopted: its birth, and the node that announced it. */
  held: { node: DeviceId; birth: Birth } | null;
}

export interface Quarantine {
  load(): Promise<void>;
  note(site: SiteId, strays: readonly Stray[], at: Millis): void;
  /** Keeps the birth of an unknown type; resolves once it is durable. */
  hold(of: Target, birth: Birth, at: Millis): Promise<void>;
  /** What is held of a device as a whole; undefined: nothing. */
  find(site: SiteId, device: DeviceId): Quarantined | undefined;
  /** The births of a type that wait. */
  heldOf(type: string): (Target & { birth: Birth })[];
  /** The device of a birth that waits has no place yet, for another reason than before. */
  refuse(of: Target, reason: string): void;
  /** The device has its place now. */
  release(site: SiteId, device: DeviceId): void;
  /** @throws PolisError `not-found`. */
  get(id: string): Quarantined;
  /** What is in quarantine, the latest first. */
  list(): Quarantined[];
  /** Writes what has changed; counts of the last minute may be lost by a crash. */
  flush(): Promise<void>;
}

/** Remembers strays and unknown births, so that a person sees what to adopt or to add; the oldest give way. */
export function createQuarantine(deps: { records: Records; log: Log; count: Count; countOf: CountOf }): Quarantine {
  const { log, count, countOf } = deps;
  const shelf = createShelf(deps.records);
  const put = (seen: Pick<Quarantined, 'site' | 'device' | 'metric' | 'reason' | 'value' | 'held'>, at: Millis) => {
    const id = idOf(seen.site, seen.device, seen.metric);
    const { times = 0, firstAt = at, held = null, reason } = shelf.get(id) ?? {};
    // A birth that waits says what to do about it, whatever else is said of its device.
    const why = held && !seen.held ? reason : undefined;
    shelf.put({
      ...seen,
      reason: why ?? seen.reason,
      id,
      held: seen.held ?? held,
      times: times + 1,
      firstAt,
      lastAt: at,
    });
  };
  const find = (site: SiteId, device: DeviceId) => shelf.get(idOf(site, device, null));

  return {
    load: () => shelf.load(),
    note(site, strays, at) {
      for (const { device, metric, reason, value = null } of strays) {
        // PostgreSQL keeps no NUL.
        const name = metric?.replaceAll('\0', '\uFFFD') ?? null;
        put({ site, device, metric: name, reason, value, held: null }, at);
        countOf({ site, device }, 'quarantined');
      }
    },
    async hold({ site, node, device }, birth, at) {
      const id = idOf(site, device, null);
      const reason = `type ${birth.type} is not known; adopt it with POST /v1/quarantine/${id}/adopt: what it measured in the last two days comes with it`;
      put({ site, device, metric: null, reason, value: null, held: { node, birth } }, at);
      count('unknownTypes');
      await shelf.write();
    },
    find,
    heldOf: (type) =>
      shelf.all().flatMap(({ site, device, held }) => (held?.birth.type === type ? [{ site, device, ...held }] : [])),
    refuse({ site, device }, reason) {
      const waiting = find(site, device);
      if (waiting) shelf.put({ ...waiting, reason });
    },
    release: (site, device) => shelf.remove(find(site, device)),
    get(id) {
      const entry = shelf.get(id);
      if (!entry) throw new PolisError('not-found', `Nothing is in quarantine as ${id}; see GET /v1/quarantine.`);
      return entry;
    },
    list: () => shelf.all().toReversed(),
    async flush() {
      try {
        await shelf.write();
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'The quarantine could not be written; the next minute tries again.');
      }
    },
  };
}

const MOST = 2_000;
/** Births are larger than strays; the device announces itself again when it connects anew. */
const MOST_HELD = 500;

/** The entries in memory, the latest last, and what of them is not yet in the records. */
function createShelf(records: Records) {
  const entries = new Map<string, Quarantined>();
  /** Those that cannot be adopted. They give way first: a flood of them must not push the others out. */
  const strays = new Map<string, Quarantined>();
  const changed = new Set<string>();
  const gone = new Set<string>();
  /** What the records have: of what they never had, nothing need be taken out there. */
  const recorded = new Set<string>();

  const remove = (entry: Quarantined | undefined) => {
    if (!entry || !entries.delete(entry.id)) return;
    strays.delete(entry.id);
    changed.delete(entry.id);
    if (recorded.has(entry.id)) gone.add(entry.id);
  };
  const set = (entry: Quarantined) => {
    entries.delete(entry.id);
    strays.delete(entry.id);
    entries.set(entry.id, entry);
    if (entry.held === null) strays.set(entry.id, entry);
  };
  return {
    async load() {
      for (const entry of await records.run(listQuarantined, undefined)) {
        set(entry);
        recorded.add(entry.id);
      }
    },
    get: (id: string) => entries.get(id),
    all: () => [...entries.values()],
    put(entry: Quarantined) {
      set(entry);
      changed.add(entry.id);
      gone.delete(entry.id);
      if (entries.size > MOST) remove([...strays.values().take(1), ...entries.values().take(1)][0]);
      if (entry.held === null) return;
      const held = [...entries.values()].filter((one) => one.held !== null);
      if (held.length > MOST_HELD) remove(held[0]);
    },
    remove,
    async write() {
      const kept = [...changed].flatMap((id) => entries.get(id) ?? []);
      const changes: QuarantineChanges = { kept, gone: [...gone] };
      if (kept.length + changes.gone.length === 0) return;
      changed.clear();
      gone.clear();
      for (const { id } of kept) recorded.add(id);
      try {
        await records.run(keepQuarantined, changes);
        for (const id of changes.gone) if (!gone.has(id) && !entries.has(id)) recorded.delete(id);
      } catch (error) {
        for (const { id } of kept) if (entries.has(id)) changed.add(id);
        for (const id of changes.gone) if (!entries.has(id)) gone.add(id);
        throw error;
      }
    },
  };
}

function idOf(site: SiteId, device: DeviceId, metric: string | null): string {
  return hash('sha256', JSON.stringify([site, device, metric]), 'base64url').slice(0, 22);
}
