import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { DAY, type Millis } from '#estate/units.ts';

/**
 * How the payloads of chargers are read: generously, because a strict reader loses bills. A number may come as text and
 * text as a number, null means absent, one thing may stand where a list is meant, fields that nobody asked for are
 * passed over. Only where the meaning is lost does `decode` give up.
 */

/** Text, whole however long, without the two things that no store keeps: NUL and lone surrogates. */
export const text = z
  .union([z.string(), z.number(), z.boolean()])
  .transform((value) => String(value).toWellFormed().replaceAll('\0', '\uFFFD'));

/** A finite number. "1,5" is none: it may be 1.5 or 15, and is not guessed. */
export const decimal = z.union([z.number(), z.string().trim().min(1).transform(Number).pipe(z.number())]);

export const integer = decimal.transform(Math.trunc).pipe(z.int());

/** The number of an EVSE or connector. */
export const ordinal = integer.pipe(z.int().min(0).max(1_000));

/** A time as the charger gave it, ms; without a zone it is taken for UTC. */
export const instant = z
  .string()
  .transform((value) => Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`))
  .pipe(z.number());

/** A field that may be absent; what cannot be read is absent too. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().catch(undefined);
}

/** What a charger's word stands for, by a table; undefined for a word that is not in it, `constructor` among them. */
export function meaningOf<Meaning>(table: Readonly<Record<string, Meaning>>, word: string | undefined) {
  return word !== undefined && Object.hasOwn(table, word) ? table[word] : undefined;
}

/** A field that must be there, even if it says nothing that can be read. */
export function present<Schema extends z.ZodType>(schema: Schema) {
  const unreadable = z.unknown().refine((value) => value !== undefined && value !== null);
  return z.union([schema, unreadable.transform(() => undefined)]);
}

/** A list, from which what cannot be read is left out; absent is empty. */
export function list<Schema extends z.ZodType>(item: Schema) {
  return z.preprocess(
    (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value]),
    z.array(item.nullable().catch(null)).transform((items) => items.filter((one) => one !== null)),
  );
}

const EARLIEST: Millis = Date.UTC(2010);

/** The charger's time where its clock can be right, else the time of receipt: clocks start in 1970 and run to 2099. */
export function plausible(at: Millis | undefined, receivedAt: Millis): Millis {
  return at === undefined || at < EARLIEST || at > receivedAt + DAY ? receivedAt : at;
}

/** What keeps a field, or the payload as such, from being read. */
export type Fault = 'payload' | 'missing' | 'type' | 'value';

/**
 * Reads a payload. An absent payload is an empty one.
 *
 * @throws PolisError `invalid`, whose message names the field; details `{field?, fault}`.
 */
export function decode<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const read = schema.safeParse(payload ?? {});
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue?.path ?? [];
  if (path.length === 0) {
    throw new PolisError('invalid', 'The payload is not an object.', { details: { fault: 'payload' satisfies Fault } });
  }
  const field = path.join('.');
  const fault = faultAt(valueAt(payload, path), issue?.code);
  const saying = { missing: 'is missing', type: 'is of a wrong type', value: 'has a value that cannot be right' };
  throw new PolisError('invalid', `${field} ${saying[fault]}.`, { details: { field, fault } });
}

function faultAt(value: unknown, code: string | undefined): Exclude<Fault, 'payload'> {
  if (value === undefined || value === null) return 'missing';
  return code === 'invalid_type' || code === 'invalid_union' ? 'type' : 'value';
}

function valueAt(payload: unknown, path: readonly PropertyKey[]): unknown {
  let value = payload;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
