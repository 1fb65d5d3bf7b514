import { escape } from 'influx';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { DeadReading } from '../../series.ts';
import { onlyMetric, sieve } from '../sieve.ts';
import { lineOf } from './line-protocol.ts';
import { during } from './read.ts';
import type { InfluxServer, Packed, Refusal } from './server.ts';

const MOST_LINES = 5_000;
/** Readings that are encoded in one go. Others have their turn before, the batch that is to go out first of all. */
const ENCODED_AT_ONCE = 250;
/** Requests that one append may spend on telling bad lines from good ones. */
const MOST_TRIALS = 200;
/** Readings that are looked up in one request, once the trials are spent. */
const LOOKED_UP_AT_ONCE = 250;

/** Readings, and the lines that say them. */
interface Batch {
  readings: Reading[];
  packed: Packed;
}

export interface Encoded {
  /** All that can be stored. */
  fit: Reading[];
  dead: DeadReading[];
  batches: Batch[];
}

/**
 * Sieves readings and encodes what is fit.
 *
 * @param refusal why the store does not take an instant, if it does not.
 */
export async function encode(
  server: InfluxServer,
  readings: readonly Reading[],
  refusal?: (ts: Millis) => string | null,
): Promise<Encoded> {
  const encoded: Encoded = { fit: [], dead: [], batches: [] };
  for (let start = 0; start < readings.length; start += MOST_LINES) {
    const batch: Reading[] = [];
    const parts: Buffer[] = [];
    const end = Math.min(start + MOST_LINES, readings.length);
    for (let from = start; from < end; from += ENCODED_AT_ONCE) {
      await nextTurn();
      const { fit, dead } = sieve(readings.slice(from, Math.min(from + ENCODED_AT_ONCE, end)), refusal);
      encoded.dead.push(...dead);
      const lines: string[] = [];
      for (const reading of fit) {
        const line = lineOf(reading);
        if (line === null) encoded.dead.push({ reading, reason: UNWRITABLE });
        else {
          lines.push(line);
          batch.push(reading);
        }
      }
      // As bytes at once: as so many strings, they would outlive the young generation.
      if (lines.length > 0) parts.push(Buffer.from((parts.length > 0 ? '\n' : '') + lines.join('\n')));
    }
    for (const reading of batch) encoded.fit.push(reading);
    if (batch.length > 0) encoded.batches.push({ readings: batch, packed: server.pack(parts, batch.length) });
  }
  return encoded;
}

const UNWRITABLE = 'Line protocol cannot write a backslash at the end of a site or device.';

/**
 * Writes batches one after another. Of a batch that the server takes in part, the good lines are stored by then; the bad
 * ones are found by writing smaller parts again, which changes nothing for the good ones.
 */
export async function append(server: InfluxServer, { batches, dead }: Encoded): Promise<DeadReading[]> {
  const trials = { left: MOST_TRIALS };
  const refused: DeadReading[] = [];
  for (const batch of batches) refused.push(...(await store(server, batch, trials)));
  return [...dead, ...refused];
}

async function store(
  server: InfluxServer,
  { readings, packed }: Batch,
  trials: { left: number },
): Promise<DeadReading[]> {
  const refusal = await server.write(packed);
  if (!refusal) return [];
  const isLast = trials.left-- <= 0;
  const parts = smallerParts(readings, refusal, isLast);
  if (parts.length === 0) {
    const bad = refusal.all || readings.length === 1 ? readings : await missing(server, readings);
    return bad.map((reading) => ({ reading, reason: refusal.reason }));
  }
  const dead: DeadReading[] = [];
  for (const part of parts) dead.push(...(await store(server, packedAgain(server, part), trials)));
  return dead;
}

function packedAgain(server: InfluxServer, readings: Reading[]): Batch {
  const lines = readings.map(lineOf).filter((line) => line !== null);
  return { readings, packed: server.pack([Buffer.from(lines.join('\n'))], lines.length) };
}

/**
 * What to try next, so that bad lines come to stand together. A field conflict is of one field of one type: each type by
 * itself, then each metric. Else the earlier and the later half, as what is too old is older than the rest. None: there
 * is nothing left to try.
 */
function smallerParts(readings: readonly Reading[], refusal: Refusal, isLast: boolean): Reading[][] {
  if (refusal.all || isLast || refusal.reason.includes('field type conflict')) {
    const byType = Map.groupBy(readings, ({ type }) => type);
    if (byType.size > 1) return [...byType.values()];
    if (readings.some(({ values }) => Object.keys(values).length > 1)) return byMetric(readings);
  }
  if (refusal.all || isLast || readings.length === 1) return [];
  const middle = Math.ceil(readings.length / 2);
  const byTime = readings.toSorted((a, b) => a.ts - b.ts);
  return [byTime.slice(0, middle), byTime.slice(middle)];
}

function byMetric(readings: readonly Reading[]): Reading[][] {
  const metrics = new Set(readings.flatMap(({ values }) => Object.keys(values)));
  return [...metrics].map((metric) =>
    readings.filter(({ values }) => Object.hasOwn(values, metric)).map((reading) => onlyMetric(reading, metric)),
  );
}

/** Those of some readings, of one metric each, that the server has not: each is looked up by itself. */
async function missing(server: InfluxServer, readings: readonly Reading[]): Promise<Reading[]> {
  const absent: Reading[] = [];
  for (let start = 0; start < readings.length; start += LOOKED_UP_AT_ONCE) {
    const some = readings.slice(start, start + LOOKED_UP_AT_ONCE);
    const bound: Record<string, string> = {};
    for (const [n, { site, device }] of some.entries()) Object.assign(bound, { [`s${n}`]: site, [`d${n}`]: device });
    const answers = await server.ask(some.map(lookUpOf), bound);
    absent.push(...some.filter(({ values }, n) => answers[n]?.[0]?.values[0]?.[1] !== Object.values(values)[0]));
  }
  return absent;
}

function lookUpOf({ type, ts, values }: Reading, n: number): string {
  const metrics = Object.keys(values).map(escape.quoted);
  return (
    `SELECT ${metrics.join(', ')} FROM ${escape.quoted(type)} ` +
    `WHERE "site" = $s${n} AND "device" = $d${n} AND ${during({ from: ts, to: ts + 1 })}`
  );
}
