import type { Fact } from '#estate/fact.ts';
import type { Clock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE } from '#estate/units.ts';
import type { Unusable } from '../accounting/dead-letters.ts';
import { AHEAD_MS, readingsOf, unknownMetrics, type Unused } from '../field/readings.ts';
import type { NodeRef, Point } from '../dialects/dialect.ts';
import { typeFor, type Field } from '../field/field.ts';
import type { Spool } from '../store-and-forward/spool.ts';
import type { HeldPoints } from './held.ts';

export interface Measurements {
  /**
   * Takes what a node measured. Resolves once all that is usable, now or after an adoption, is in the journal.
   *
   * @param live false: kept while the node was offline
   * @returns what is of no use: it is a dead letter.
   * @throws PolisError `unavailable` when it could not be kept.
   */
  take(from: NodeRef, points: readonly Point[], live: boolean): Promise<Unused[]>;
  /** Takes readings from another part of polisgrid. */
  accept(readings: readonly Reading[]): Promise<void>;
}

/** A value this old is history, even where a node sends it as if it were new. */
const LATE_MS = 5 * MINUTE;

export function createMeasurements(deps: {
  field: Field;
  spool: Spool;
  held: Pick<HeldPoints, 'keep'>;
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
      const typeOf = (device: DeviceId) => typeFor(field, from, device);
      const { readings, strays, unused } = readingsOf(site, points, { typeOf, now });
      const waiting = unused.filter(({ waits }) => waits).map(({ point }) => point);
      quarantine.note(site, strays, now);
      // Both at once: who is adopted from now on finds in the journal what was held until now.
      const held = waiting.length > 0 ? deps.held.keep(site, waiting) : null;
      await (held ? Promise.all([held, keep(readings, live)]) : keep(readings, live));
      return unused.filter(({ waits }) => !waits);
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

/** The dead letter of the points in a message that are of no use: one reading each. */
export function letterOf(message: Pick<Unusable, 'topic' | 'payload' | 'of'>, unused: readonly Unused[]): Unusable {
  const reasons = new Set(unused.map(({ point, reason }) => `${point.device}: ${reason}`));
  return { ...message, reason: [...reasons].join('; '), readings: unused.length };
}
