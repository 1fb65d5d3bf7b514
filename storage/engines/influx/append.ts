import type { Reading } from '#estate/sample.ts';
import type { DeadReading } from '../../series.ts';
import { onlyMetric } from '../sieve.ts';
import { lineOf } from './line-protocol.ts';
import type { InfluxServer, Packed, Refusal } from './server.ts';

const MOST_LINES = 5_000;
/** Requests that one append may spend on telling bad lines from good ones. */
const MOST_TRIALS = 200;

export interface Line {
  reading: Reading;
  text: string;
}

/** Readings as lines, in batches of which the first is being compressed. */
export interface Encoded {
  batches: Line[][];
  dead: DeadReading[];
  first: Packed | null;
}

/** Encodes readings that passed the sieve. */
export function encode(
  server: InfluxServer,
  { fit, dead }: { fit: readonly Reading[]; dead: readonly DeadReading[] },
): Encoded {
  const lines: Line[] = [];
  const unwritable: DeadReading[] = [];
  for (const reading of fit) {
    const text = lineOf(reading);
    if (text !== null) lines.push({ reading, text });
    else unwritable.push({ reading, reason: 'Line protocol cannot write a backslash at the end of a site or device.' });
  }
  const batches = inBatches(lines);
  return { batches, dead: [...dead, ...unwritable], first: batches[0] ? packed(server, batches[0]) : null };
}

/**
 * Writes batches one after another; while one is on its way, the next is compressed. Of a batch that the server takes in
 * part, the good lines are stored by then; the bad ones are found by writing smaller parts again, which changes nothing
 * for the good ones.
 */
export async function append(server: InfluxServer, { batches, dead, first }: Encoded): Promise<DeadReading[]> {
  const trials = { left: MOST_TRIALS };
  const refused: DeadReading[] = [];
  let current = first;
  for (const [index, batch] of batches.entries()) {
    const next = batches[index + 1];
    const following = next ? packed(server, next) : null;
    refused.push(...(await store(server, batch, { trials, body: current ?? packed(server, batch) })));
    current = following;
  }
  return [...dead, ...refused];
}

const packed = (server: InfluxServer, lines: readonly Line[]) => server.pack(lines.map(({ text }) => text));

async function store(
  server: InfluxServer,
  lines: readonly Line[],
  { trials, body }: { trials: { left: number }; body: Packed },
): Promise<DeadReading[]> {
  const refusal = await server.write(body);
  if (!refusal) return [];
  const dead: DeadReading[] = [];
  const parts = smallerParts(lines, { ...refusal, last: trials.left-- <= 0 });
  if (parts.length === 0) return lines.map(({ reading }) => ({ reading, reason: refusal.reason }));
  for (const part of parts) dead.push(...(await store(server, part, { trials, body: packed(server, part) })));
  return dead;
}

/**
 * What to try next, so that bad lines come to stand together: each metric by itself where one may have spoilt its lines,
 * else the earlier and the later half, as what is too old is older than the rest. None: there is nothing left to try.
 */
function smallerParts(lines: readonly Line[], refusal: Refusal & { last: boolean }): Line[][] {
  const metrics = new Set(lines.flatMap(({ reading }) => Object.keys(reading.values)));
  const mixed = lines.some(({ reading }) => Object.keys(reading.values).length > 1);
  if (mixed && (refusal.all || refusal.last || refusal.reason.includes('field type conflict'))) {
    return [...metrics].flatMap((metric) => inBatches(lines.flatMap((line) => aloneIn(line, metric))));
  }
  if (refusal.all || refusal.last || lines.length === 1) return [];
  const middle = Math.ceil(lines.length / 2);
  const byTime = lines.toSorted((a, b) => a.reading.ts - b.reading.ts);
  return [byTime.slice(0, middle), byTime.slice(middle)];
}

function aloneIn({ reading }: Line, metric: string): Line[] {
  if (!Object.hasOwn(reading.values, metric)) return [];
  const alone = onlyMetric(reading, metric);
  const text = lineOf(alone);
  return text === null ? [] : [{ reading: alone, text }];
}

function inBatches(lines: readonly Line[]): Line[][] {
  const batches: Line[][] = [];
  for (let start = 0; start < lines.length; start += MOST_LINES) batches.push(lines.slice(start, start + MOST_LINES));
  return batches;
}
