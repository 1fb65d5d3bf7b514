import type { Fact } from '#estate/fact.ts';
import type { Clock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { MINUTE } from '#estate/units.ts';
import { AHEAD_MS, readingsOf, unknownMetrics, type Stray } from '../field/readings.ts';
import type { NodeRef, Point } from '../dialects/dialect.ts';
import { typeFor, type Field } from '../field/field.ts';
import type { Spool } from '../store-and-forward/spool.ts';

export interface Measurements {
  /**
   * Takes what a node measured. Resolves once all that is usable is in the journal.
   *
   * @param live false: kept while the node was offline
   * @returns the devices that may not send: their part is a dead letter.
   * @throws PolisError `unavailable` when it could not be kept.
   */
  take(from: NodeRef, points: readonly Point[], live: boolean): Promise<Stray[]>;
  /** Takes readings from another part of polisgrid. */
  accept(readings: readonly Reading[]): Promise<void>;
}

/** A value this old is history, even where a node sends it as if it were new. */
const LATE_MS = 5 * MINUTE;

export function createMeasurements(deps: {
  field: Field;
  spool: Spool;
  clock: Clock;
  publish(fact: Fact): void;
}): Measurements {
  const { field, clock } = deps;
  const { directory, latest, quarantine, adoptedTypes, received } = field;

  const keep = async (readings: readonly Reading[], live: boolean) => {
    await deps.spool.put(readings);
    const now = clock.now();
    const fresh: Reading[] = [];
    const past: Reading[] = [];
    for (const reading of readings) (live && now - reading.ts <= LATE_MS ? fresh : past).push(reading);
    latest.note(past, { now, live: false });
    latest.note(fresh, { now, live: true });
    // History raises no live alarm.
    for (const reading of fresh) deps.publish({ kind: 'reading', site: reading.site, at: now, reading });
    for (const reading of past) received.count(reading, live ? 'late' : 'historical');
    for (const reading of readings) if (reading.ts > now + AHEAD_MS) received.count(reading, 'future');
  };

  return {
    async take(from, points, live) {
      const { site } = from;
      const looking = directory.lookUp(site, points);
      if (looking) await looking;
      const now = clock.now();
      const { readings, strays } = readingsOf(site, points, { typeOf: (device) => typeFor(field, from, device), now });
      await keep(readings, live);
      quarantine.note(site, strays, now);
      return strays.filter(({ metric, device }) => metric === null && !quarantine.find(site, device)?.held);
    },
    async accept(readings) {
      for (const { site, device, type, values } of readings) {
        const known = adoptedTypes.find(type);
        if (known) quarantine.note(site, unknownMetrics(device, Object.keys(values), known), clock.now());
      }
      const usable = readings.flatMap((reading) => usableOf(reading, adoptedTypes.find(reading.type)?.metrics ?? {}));
      await keep(usable, true);
    },
  };
}

/** The reading with those of its values that its type knows and that are numbers. */
function usableOf(reading: Reading, metrics: object): Reading[] {
  const values = Object.entries(reading.values).filter(
    ([metric, value]) => Object.hasOwn(metrics, metric) && Number.isFinite(value),
  );
  return values.length > 0 ? [{ ...reading, values: Object.fromEntries(values) }] : [];
}
