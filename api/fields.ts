import { z } from 'zod';
import { CHARGER_PATTERN, ID_PATTERN, METRIC_PATTERN } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** The fields that many requests and answers share. */

export const siteId = z.string().regex(ID_PATTERN, 'An id has 1 to 64 characters of A-Z a-z 0-9 _ -.');
export const deviceId = siteId;
export const chargerId = z
  .string()
  .regex(CHARGER_PATTERN, 'A charger id has 1 to 48 characters of A-Z a-z 0-9 *-_=:+|@.');
export const metricName = z
  .string()
  .regex(METRIC_PATTERN, 'A metric begins with a letter and has up to 64 of A-Z a-z 0-9 _.');
/** A card's number or the like (OCPP 2.0.1 IdTokenType: at most 36 characters). */
export const tokenText = z.string().regex(/^[\x21-\x7e]{1,36}$/, 'A token has 1 to 36 printable characters.');
export const sessionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'A session id has 1 to 64 characters of A-Z a-z 0-9 _ -.');
/** What a device signs in with. */
export const secretText = z.string().regex(/^[\x21-\x7e]{4,64}$/, 'A secret has 4 to 64 printable characters.');

/** An instant in an answer. */
export const timeView = z.iso.datetime().meta({ description: 'RFC 3339, UTC, milliseconds' });

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** As milliseconds these lie in 1970 to 1973, before anything was measured; as seconds in 1973 to 5138. */
const SECONDS = /^[1-9]\d{8,10}$/;

/** An instant in a request: RFC 3339 with an offset, or milliseconds since 1970. */
export const instant = z
  .union([z.string(), z.number()])
  .transform((given, context): Millis => {
    // A + that was not encoded arrives in a query as a space.
    const text = String(given).replace(/ (?=\d\d:?\d\d$)/, '+');
    const atMs = /^\d{1,16}$/.test(text) ? Number(text) : RFC_3339.test(text) ? Date.parse(text) : NaN;
    // What lies outside four-digit years cannot be written back as RFC 3339.
    if (atMs >= 0 && atMs < 253_402_300_800_000 && !SECONDS.test(text)) return atMs;
    context.addIssue({
      code: 'custom',
      message: SECONDS.test(text)
        ? 'These are seconds; give milliseconds since 1970, or RFC 3339.'
        : 'Give RFC 3339 with an offset (2026-05-01T10:00:00Z) or milliseconds since 1970.',
    });
    return z.NEVER;
  })
  .meta({ description: 'RFC 3339 with an offset, or milliseconds since 1970' });

const UNIT_S = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400 };

/** A length of time in a query, s: a whole number of seconds, or with a unit as in 15m. */
export const duration = z
  .stringFormat(
    'duration',
    /^[1-9]\d{0,7}[smhd]?$/,
    'Give whole seconds, or a number with its unit: 900, 900s, 15m, 1h, 1d.',
  )
  .transform((given) => parseInt(given, 10) * UNIT_S[unitOf(given)])
  .refine((seconds) => seconds <= 31_622_400, 'At most a year.')
  .meta({ description: 'Seconds, or with a unit: 900, 15m, 1h, 1d' });

function unitOf(given: string): keyof typeof UNIT_S {
  const last = given.at(-1);
  return last === 's' || last === 'm' || last === 'h' || last === 'd' ? last : '';
}

/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((given) => given === 'true');

/** A number in a query; an empty text is no number. */
export function numeric<T extends z.ZodType>(field: T) {
  return z.preprocess((given) => (typeof given === 'string' && given.trim() !== '' ? Number(given) : given), field);
}
