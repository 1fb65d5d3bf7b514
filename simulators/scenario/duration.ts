import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { d: DAY, h: HOUR, m: MINUTE, s: SECOND, ms: 1 };
const WHOLE = /^\d+(\.\d+)?(ms|s|m|h|d)( ?\d+(\.\d+)?(ms|s|m|h|d))*$/;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

const error = 'a duration is expected, as in 30s, 5m or 2h';

/** A span of time as people write it (`30s`, `1h 30m`), read as milliseconds. */
export const durationText = z
  .string({ error })
  .regex(WHOLE, { error })
  .meta({ id: 'duration', title: 'Duration', examples: ['30s', '5m', '1h 30m'] })
  .transform(parseDuration);

/** Milliseconds of a text that `durationText` takes. */
export function parseDuration(text: string): number {
  let sumMs = 0;
  for (const [, count, unit = ''] of text.matchAll(PART)) sumMs += Number(count) * (UNITS[unit] ?? 0);
  return sumMs;
}

/** Milliseconds as such a text, in the fewest words: 5,400,000 is `1h 30m`. */
export function formatDuration(durationMs: number): string {
  let rest = durationMs;
  const parts: string[] = [];
  for (const [unit, unitMs] of Object.entries(UNITS)) {
    const count = unit === 'ms' ? rest : Math.floor(rest / unitMs);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * unitMs;
  }
  return parts.join(' ') || '0s';
}
