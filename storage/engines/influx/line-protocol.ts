import type { Reading } from '#estate/sample.ts';
import { qualityOf } from '../sieve.ts';

/**
 * A reading in InfluxDB's line protocol, its time in ms: the type is the measurement, device and site are tags, each
 * metric is a float field, and `q_{metric}` is an integer field where the quality is not good.
 *
 * @returns null for a text that the protocol has no way to write: with a control character, or a backslash at its end.
 *   The values must be finite and the metrics fit for a field (see the sieve).
 */
export function lineOf(reading: Reading): string | null {
  const { type, device, site, ts } = reading;
  if ([type, device, site].some((text) => text === '' || UNWRITABLE.test(text)) || type.startsWith('#')) return null;
  const fields: string[] = [];
  for (const [metric, value] of Object.entries(reading.values)) {
    fields.push(`${escaped(metric)}=${value}`);
    const quality = qualityOf(reading, metric);
    if (quality !== null) fields.push(`q_${escaped(metric)}=${quality}i`);
  }
  return `${escaped(type)},device=${escaped(device)},site=${escaped(site)} ${fields.join(',')} ${ts}`;
}

const UNWRITABLE = /\p{Cc}|\\$/u;

/** A backslash stands for itself, but before one of these it takes away its meaning. */
function escaped(text: string): string {
  return text.replaceAll(/[,= ]/g, '\\$&');
}
