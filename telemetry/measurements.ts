import type { Fact } from '#estate/fact.ts';
import type { Clock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { pointsOf, readingsOf, unknownMetrics, type DataTopic, type Stray } from './decode.ts';
import { deviceType } from './devices/list.ts';
import { typeFor, type Field } from './field.ts';
import type { Spool } from './spool.ts';

export interface Measurements {
  /**
   * Takes a `data` or `hist` message. Resolves once all that is usable is in the journal.
   *
   * @returns its sequence number, and the devices that may not send: their part is a dead letter.
   * @throws PolisError `invalid` when it breaks its contract, `unavailable` when it could not be kept.
   */
  take(topic: DataTopic, payload: Uint8Array): Promise<{ seq: number | null; refused: Stray[] }>;
  /** Takes readings from another part of polisgrid. */
  accept(readings: readonly Reading[]): Promise<void>;
}

export function createMeasurements(deps: {
  field: Field;
  spool: Spool;
  clock: Clock;
  publish(fact: Fact): void;
}): Measurements {
  const { clock } = deps;
  const { directory, latest, quarantine } = deps.field;

  const keep = async (readings: readonly Reading[], live: boolean) => {
    await deps.spool.put(readings);
    const at = clock.now();
    latest.note(readings, at);
    // What was kept while offline is history: it raises no live alarm.
    if (live) for (const reading of readings) deps.publish({ kind: 'reading', site: reading.site, at, reading });
  };

  return {
    async take(topic, payload) {
      const { site } = topic;
      const { points, seq } = pointsOf(topic, payload);
      await directory.lookUp(site, [...new Set(points.map(({ device }) => device))]);
      const now = clock.now();
      const typeOf = (device: string) => typeFor(directory, topic, device);
      const { readings, strays } = readingsOf(site, points, { typeOf, now });
      await keep(readings, topic.kind === 'data');
      quarantine.note(site, strays, now);
      return { seq, refused: strays.filter(({ metric }) => metric === null) };
    },
    async accept(readings) {
      for (const { site, device, type, values } of readings) {
        const known = deviceType(type);
        if (known) quarantine.note(site, unknownMetrics({ device, v: values }, known), clock.now());
      }
      await keep(readings.flatMap(usable), true);
    },
  };
}

/** The reading with those of its values that its type knows and that are numbers. */
function usable(reading: Reading): Reading[] {
  const metrics = deviceType(reading.type)?.metrics ?? {};
  const values = Object.entries(reading.values).filter(
    ([metric, value]) => Object.hasOwn(metrics, metric) && Number.isFinite(value),
  );
  return values.length > 0 ? [{ ...reading, values: Object.fromEntries(values) }] : [];
}
