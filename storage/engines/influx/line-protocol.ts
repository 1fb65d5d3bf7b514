import type { Reading } from '#estate/sample.ts';
import { DELAY, delayOf } from '../delay.ts';
import { remembered } from '../remembered.ts';
import { qualityOf } from '../sieve.ts';

/**
 * A reading in InfluxDB's line protocol, its time in ms: the type is the measurement, device and site are tags, each
 * metric is a float field, and `q_{metric}` is an integer field where the quality is not good.
 * Where it is known how late the reading was received, `delay:s` is that.
 *
 * @returns null for a text that the protocol has no way to write: with a control character, or a backslash at its end.
 *   The values must be finite and the metrics fit for a field (see the sieve).
 */
export function lineOf(reading: Reading): string | null {
  const { values, quality } = reading;
  const head = headOf(reading);
  if (head === null) return null;
  let fields = '';
  for (const metric in values) {
    fields += `${fields === '' ? '' : ','}${metric}=${values[metric]}`;
    const code = quality === undefined ? null : qualityOf(reading, metric);
    if (code !== null) fields += `,q_${metric}=${code}i`;
  }
  const delayS = delayOf(reading);
  return `${head} ${fields}${delayS === null ? '' : `,${DELAY}=${delayS}i`} ${reading.ts}`;
}

/** A measurement with its tags, these in order of their names as the server likes them. */
export function tagged(measurement: string, tags: Record<string, string>): string {
  return escaped(measurement) + Object.entries(tags).reduce((all, [tag, text]) => `${all},${tag}=${escaped(text)}`, '');
}

function headOf({ type, device, site }: Reading): string | null {
  if (!isWritable(type) || !isWritable(device) || !isWritable(site) || type.startsWith('#')) return null;
  return `${escaped(type)},device=${escaped(device)},site=${escaped(site)}`;
}

const isWritable = remembered((text) => text !== '' && !/\p{Cc}|\\$/u.test(text));

/** A backslash stands for itself, but before one of these it takes away its meaning. */
const escaped = remembered((text) => text.replaceAll(/[,= ]/g, '\\$&'));
