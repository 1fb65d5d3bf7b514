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
export const secretText = z.string().regex(/^[\x21-\x7e]{8,64}$/, 'A secret has 8 to 64 printable characters.');

/** An instant in an answer. */
export const timeView = z.iso.datetime().meta({ description: 'RFC 3339, UTC, milliseconds' });

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** An instant in a request: RFC 3339 with an offset, or milliseconds since 1970. */
export const instant = z
  .union([z.string(), z.number()])
  .transform((given, context): Millis => {
    const atMs = /^-?\d{1,16}$/.test(String(given))
      ? Number(given)
      : RFC_3339.test(String(given))
        ? Date.parse(String(given))
        : NaN;
    // What lies outside four-digit years cannot be written back as RFC 3339.
    if (atMs >= 0 && atMs < 253_402_300_800_000) return atMs;
    context.addIssue({
      code: 'custom',
      message: 'Give RFC 3339 with an offset (2026-05-01T10:00:00Z) or milliseconds since 1970.',
    });
    return z.NEVER;
  })
  .meta({ description: 'RFC 3339 with an offset, or milliseconds since 1970' });

/** A yes or no in a query. */
export const flag = z.enum(['true', 'false']).transform((given) => given === 'true');

/** A number in a query; an empty text is no number. */
export function numeric<T extends z.ZodType>(field: T) {
  return z.preprocess((given) => (typeof given === 'string' && given.trim() !== '' ? Number(given) : given), field);
}
