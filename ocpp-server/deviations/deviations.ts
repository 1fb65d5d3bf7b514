import type { DeviationKind } from '#charging/index.ts';
import type { Millis } from '#estate/units.ts';
import { plausible } from '../messages/tolerant.ts';
import type { MessageSchema } from '../wire/schemas.ts';

/**
 * Where a message departs from the schema that the Open Charge Alliance publishes for it. The departures are normalised
 * and answered all the same (tolerant.ts); here they get a name, so that a person sees what a charger does.
 */
export interface SchemaDeviation {
  /** The path of the field; `[]` stands for each item of a list. */
  field: string;
  kind: DeviationKind;
  /** What was found there. */
  found: unknown;
}

/** A message that is wrong all over is told of no further than this. */
const MOST_OF_A_MESSAGE = 50;
/** OCPP nests no deeper than 6; a schema that contains itself could. */
const DEEPEST = 16;

/** OCPP 1.6 §7.45, OCPP 2.0.1 part 2 appendix 2; `Celcius` is how 1.6 spelt it at first. */
const UNITS = new Set(
  [
    'Wh kWh varh kvarh VAh kVAh W kW VA kVA var kvar A V Celsius Celcius Fahrenheit K Percent',
    'ASU B dB dBm Deg Hz kPa lx m ms2 N Ohm RH RPM s',
  ].flatMap((units) => units.split(' ')),
);

/**
 * All that departs from a message's schema, field by field, in the order of the message; and what no schema can see: a
 * clock that is years off, a unit that nobody knows.
 *
 * One walk does it all. It costs as much as the parsing of the frame, twice what a compiled validation of a right
 * message does; but it needs no second look at a wrong one, and tells all that is wrong with it.
 */
export function deviationsFrom(schema: MessageSchema, payload: unknown, receivedAt: Millis): SchemaDeviation[] {
  const found: SchemaDeviation[] = [];
  /** Where the walk is; put into words only when there is something to say. */
  const path: string[] = [];
  const note = (kind: DeviationKind, value: unknown) => {
    if (found.length < MOST_OF_A_MESSAGE) found.push({ field: fieldAt(path), kind, found: value });
  };
  const noteWithin = (name: string, kind: DeviationKind, value: unknown) => {
    path.push(name);
    note(kind, value);
    path.pop();
  };

  const visit = (of: MessageSchema, value: unknown): void => {
    const expected = of.$ref === undefined ? of : (schema.definitions?.[of.$ref] ?? {});
    if (value === null) return note('null', value);
    if (expected.type === 'array') return visitList(expected, value);
    if (expected.type === 'object') return visitObject(expected, value);
    const kind = faultOf(expected, value, { name: path.at(-1), receivedAt });
    if (kind !== null) note(kind, value);
  };
  const visitList = (expected: MessageSchema, value: unknown): void => {
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (items !== value) note('one-for-list', value);
    if (items.length < (expected.minItems ?? 0)) note('too-few', value);
    if (items.length > (expected.maxItems ?? Infinity)) note('too-many', items.length);
    if (!expected.items || path.length > DEEPEST) return;
    path.push('[]');
    for (const item of items) visit(expected.items, item);
    path.pop();
  };
  const visitObject = (expected: MessageSchema, value: unknown): void => {
    if (!isObject(value)) return note('wrong-type', value);
    const { properties, required, additionalProperties } = expected;
    if (required) {
      for (const name of required) if (!Object.hasOwn(value, name)) noteWithin(name, 'missing-field', undefined);
    }
    for (const name in value) {
      const property = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
      if (property === undefined) {
        if (additionalProperties === false) noteWithin(name, 'unknown-field', value[name]);
      } else if (path.length <= DEEPEST) {
        path.push(name);
        visit(property, value[name]);
        path.pop();
      }
      if (found.length >= MOST_OF_A_MESSAGE) return;
    }
  };
  visit(schema, payload ?? {});
  return found;
}

function fieldAt(path: readonly string[]): string {
  return path.length === 0 ? 'payload' : path.join('.').replaceAll('.[]', '[]');
}

/** Where a text, a number or a truth value stands. */
interface Place {
  name: string | undefined;
  receivedAt: Millis;
}

function faultOf(expected: MessageSchema, value: unknown, place: Place): DeviationKind | null {
  if (expected.type === 'string') return faultOfText(expected, value, place);
  if (expected.type === 'number' || expected.type === 'integer') return faultOfNumber(expected, value);
  if (expected.type === undefined || typeof value === expected.type) return null;
  return 'wrong-type';
}

function faultOfText(expected: MessageSchema, value: unknown, place: Place): DeviationKind | null {
  if (typeof value === 'number') return 'text-as-number';
  if (typeof value !== 'string') return 'wrong-type';
  if (place.name === 'unit' && !UNITS.has(value)) return 'odd-unit';
  if (expected.enum && !expected.enum.includes(value)) return 'unknown-value';
  if (value.length > (expected.maxLength ?? Infinity)) return 'too-long';
  return expected.format === 'date-time' ? faultOfTime(value, place) : null;
}

function faultOfTime(value: string, { name, receivedAt }: Place): DeviationKind | null {
  const hasZone = value.endsWith('Z') || /(?:z|[+-]\d\d:?\d\d)$/.test(value);
  const at = Date.parse(hasZone ? value : `${value}Z`);
  if (Number.isNaN(at)) return 'unreadable-time';
  // Other times, such as the end of a validity, may lie anywhere.
  if (name === 'timestamp' && plausible(at, receivedAt) !== at) return 'clock';
  return hasZone ? null : 'no-zone';
}

function faultOfNumber(expected: MessageSchema, value: unknown): DeviationKind | null {
  if (typeof value === 'string') return Number.isFinite(Number(value.trim() || NaN)) ? 'number-as-text' : 'wrong-type';
  if (typeof value !== 'number') return 'wrong-type';
  if (expected.type === 'integer' && !Number.isInteger(value)) return 'fraction';
  if (value < (expected.minimum ?? -Infinity) || value > (expected.maximum ?? Infinity)) return 'out-of-range';
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
