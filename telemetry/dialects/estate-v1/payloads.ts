import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { ID_PATTERN, METRIC_PATTERN } from '#estate/ids.ts';
import { Quality } from '#estate/sample.ts';

/** The JSON that devices send, with its limits. A message as a whole is at most 256 KiB: the framing guard sees to it. */
const MOST_METRICS = 256;
export const MOST_DEVICES = 256;

/** An instant in ms. Whoever counts seconds lands in January 1970, and is told so. */
const ts = z
  .int()
  .min(Date.UTC(2000), 'lies before the year 2000: send milliseconds since 1970, not seconds')
  .max(Date.UTC(2100), 'lies after the year 2100: send milliseconds since 1970');
const id = z.string().regex(ID_PATTERN);
/** PostgreSQL keeps no NUL. */
const words = z.string().refine((said) => !said.includes('\0'), 'must not contain NUL');
const text = words.max(64);
const bounded = <Value>(schema: z.ZodType<Record<string, Value>>, most: number) =>
  schema.refine((map) => Object.keys(map).length <= most, `has more than ${most} entries`);

/** Checked by hand: this is the hot path, and a record schema takes half as long again. */
const values = z
  .custom<Record<string, number>>(isValues, `must hold at most ${MOST_METRICS} metrics, each a finite number`)
  .meta({ type: 'object', additionalProperties: { type: 'number' }, maxProperties: MOST_METRICS });
const quality = z.literal([Quality.bad, Quality.good, Quality.stale]);
const point = { v: values, q: bounded(z.record(z.string(), quality), MOST_METRICS).optional() };
const seq = z.int().min(0).max(255).optional();

export const statePayload = z.object({
  online: z.boolean(),
  ts,
  /** Counts the node's sessions: a last will of an earlier one is no news. */
  bd: z.int().min(0).default(0),
  sw: text.optional(),
});

export const birthPayload = z.object({
  ts,
  type: id,
  model: text.optional(),
  serial: text.optional(),
  metrics: bounded(
    z.record(
      z.string().regex(METRIC_PATTERN),
      z.object({
        unit: text.optional(),
        min: z.number().optional(),
        max: z.number().optional(),
        rw: z.enum(['r', 'w', 'rw']).optional(),
        brick: text.optional(),
        period: z.number().positive().optional(),
        deadband: z.number().min(0).optional(),
        counter: z.boolean().optional().meta({ description: 'A register that only grows: what it rose is kept' }),
      }),
    ),
    MOST_METRICS,
  ).default({}),
});

/** One device at one time. */
export const dataPayload = z.object({ ts, seq, ...point });

/** All devices of a node at one time. */
export const devicePart = z.object(point);
export const siteDataPayload = z.object({ ts, seq, d: bounded(z.record(id, devicePart), MOST_DEVICES) });

/** What a node kept while it was offline, oldest first. */
export const historyPoint = z.tuple([ts, values]);
export const histPayload = z.object({ s: z.array(historyPoint) });

export const eventPayload = z.object({
  id: text.min(1),
  ts,
  code: text.min(1),
  sev: z.union([z.int().min(0).max(1000), text]).default(0),
  text: words.max(500).default(''),
  active: z.boolean().default(true),
});

/** What a device adds to its answer in words of its own: it is kept with the command, and shown. */
const MOST_ADDED = { characters: 4_096, depth: 8 };
const asMuch = `at most ${MOST_ADDED.characters} characters, nested at most ${MOST_ADDED.depth} deep`;
export const addition = z
  .unknown()
  .refine(isSmall, `must be ${asMuch}`)
  .meta({ description: `JSON of ${asMuch}` });

export const ackPayload = z.object({
  id: text.min(1),
  ts: ts.optional(),
  st: z.enum(['accepted', 'done', 'rejected', 'failed', 'expired']),
  v: addition.optional(),
  err: addition.optional(),
});

export const commandPayload = z.object({
  id: text.min(1),
  ts,
  exp: ts.meta({ description: 'From then on it must not be carried out' }),
  set: z.record(z.string(), z.number()).meta({ description: '`{"rebirth":1}` to a node: announce all devices again' }),
  prio: z.int().optional(),
  revert: z
    .number()
    .positive()
    .optional()
    .meta({ description: 's, after which the device returns to its own set point' }),
});

export const hostPayload = z.object({ online: z.boolean(), ts });

export type CommandPayload = z.input<typeof commandPayload>;

/**
 * Reads a payload.
 *
 * @throws PolisError `invalid` with the first thing that is wrong.
 */
export function readPayload<Schema extends z.ZodType>(schema: Schema, payload: Uint8Array): z.output<Schema> {
  const read = schema.safeParse(parseJson(payload));
  if (read.success) return read.data;
  throw new PolisError('invalid', whatIsWrong(read.error));
}

/** The first thing that is wrong, and where: not in which place of a list. */
export function whatIsWrong({ issues: [issue] }: z.ZodError): string {
  const where = issue?.path.filter((step) => typeof step === 'string').join('.');
  return `${where ? `${where} ` : ''}${issue?.message ?? 'is not what was agreed'}`;
}

export function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString());
  } catch {
    throw new PolisError('invalid', 'not JSON');
  }
}

function isValues(input: unknown): input is Record<string, number> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const all = Object.values(input);
  // 1e999 is JSON, and infinite.
  return all.length <= MOST_METRICS && all.every((value) => Number.isFinite(value));
}

function isSmall(input: unknown): boolean {
  return isNestedWithin(MOST_ADDED.depth, input) && String(JSON.stringify(input)).length <= MOST_ADDED.characters;
}

function isNestedWithin(depth: number, input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return true;
  return depth > 0 && Object.values(input).every((inner) => isNestedWithin(depth - 1, inner));
}
