import type { Random } from '#estate/random.ts';

/** What goes wrong with a right payload on its way: one thing or several, anywhere in it. */

/** A place in a payload. */
interface Spot {
  parent: Record<string, unknown> | unknown[];
  key: string | number;
}

const LONG = 'x'.repeat(5_000);
const DEEP = JSON.parse('['.repeat(1_000) + ']'.repeat(1_000)) as unknown;
const WIDE = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key${index}`, index]));
const PROTOTYPE_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'length'];
const TEXTS = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\udfff\ud800',
  '🚗'.repeat(50),
  '\u202eabc',
  '1,5',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '0x10',
  '1970-01-01T00:00:00Z',
  '2099-12-31T23:59:59+14:00',
  '2026-05-18T10:00:00',
  '+275760-09-13T00:00:00Z',
  'yesterday',
  '__proto__',
  "'; drop table station; --",
  '{"a":1}',
  '%s%n',
  LONG,
];
const NUMBERS = [-1, 0, -0, 0.5, 1e-320, 2 ** 31, 2 ** 53, 2 ** 63, 1e21, 1e308, -1e308, 1_000_001];
const OTHERS = [null, true, false, [], {}, [[]], [null], DEEP, WIDE, [1, 'a', null, {}]];

/** Changes a payload in place; what is no object or list is replaced as a whole. */
export function mutated(payload: unknown, random: Random): unknown {
  const box = { payload };
  for (let times = random.pick([1, 1, 1, 2, 3]); times > 0; times--) {
    const [whole, ...within] = spotsIn(box);
    if (whole) mutate(within.length > 0 && random.next() < 0.97 ? random.pick(within) : whole, random);
  }
  return box.payload;
}

function mutate(spot: Spot, random: Random): void {
  const value = valueAt(spot);
  switch (random.int(0, 9)) {
    case 0:
      return void Reflect.deleteProperty(spot.parent, spot.key);
    case 1:
      return put(spot, null);
    case 2:
      return put(spot, retyped(value));
    case 3:
      return put(spot, random.pick([[value], { value }, [[value, value]], [value, null, value]]));
    case 4:
      return put(spot, Array.isArray(value) ? value[0] : value);
    case 5:
      return put(spot, random.pick(TEXTS));
    case 6:
      return put(spot, random.pick(NUMBERS));
    case 7:
      return put(spot, random.pick(OTHERS));
    case 8:
      if (Array.isArray(spot.parent)) return void spot.parent.push(value);
      return put(
        { parent: spot.parent, key: random.pick([...PROTOTYPE_KEYS, random.text(5)]) },
        random.pick([value ?? 0, 1, {}, 'polluted']),
      );
    default:
      return put(spot, repeated(value));
  }
}

/** A list of three hundred where there was one; of what is large already, no more. */
function repeated(value: unknown): unknown {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [value];
  return (JSON.stringify(first) ?? '').length < 300 ? Array.from({ length: 300 }, () => first) : value;
}

function retyped(value: unknown): unknown {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'true' : 0;
  if (typeof value === 'string') return Number(value) || value.length;
  return Array.isArray(value) ? Object.fromEntries(value.entries()) : JSON.stringify(value ?? 'null').slice(0, 1_000);
}

function valueAt({ parent, key }: Spot): unknown {
  return Reflect.get(parent, key);
}

/** Puts a copy, so that nothing is changed in two places. */
function put(spot: Spot, given: unknown): void {
  const value: unknown = structuredClone(given);
  Object.defineProperty(spot.parent, spot.key, { value, enumerable: true, configurable: true, writable: true });
}

/** Every place in a value; not into what a mutation made deep or wide. */
function spotsIn(parent: Spot['parent'], depth = 0): Spot[] {
  const keys = Array.isArray(parent) ? [...parent.keys()] : Object.keys(parent);
  return keys.slice(0, 20).flatMap((key): Spot[] => {
    const spot = { parent, key };
    const value = valueAt(spot);
    const isNested = typeof value === 'object' && value !== null && depth < 8;
    return isNested ? [spot, ...spotsIn(value as Spot['parent'], depth + 1)] : [spot];
  });
}

/** What goes wrong with the frame itself. */
export function mutatedFrame(frame: string, random: Random): string {
  const at = random.int(0, frame.length);
  switch (random.int(0, 9)) {
    case 0:
      return frame.slice(0, at);
    case 1:
      return (
        frame.slice(0, at) + random.pick(['"', '}', ']', ',', '\\', '\0', '\ud800', '[', '1e999']) + frame.slice(at)
      );
    case 2:
      return frame.replace(/^\[2/, `[${random.pick(['5', '6', '2.5', '"2"', '-2', 'null', '3', '4', '[]'])}`);
    case 3:
      return frame.replace(
        /"f\d+"/,
        random.pick(['7', '""', `"${'i'.repeat(37)}"`, 'null', '"__proto__"', `"${LONG}"`]),
      );
    case 4:
      return frame.replace(
        /,"[A-Za-z0-9]+",/,
        random.pick([',', ',7,', ',"constructor",', ',"",', ',"__proto__",', ',null,']),
      );
    case 5:
      return `${frame.slice(0, -1)},{"more":1},[]]`;
    case 6:
      return frame.replaceAll(/:(\d+)/g, random.pick([':1e999', ':-1e999', ':9223372036854775807', ':00', ':NaN']));
    case 7:
      return ` \n${frame}\t`;
    case 8:
      return random.pick([
        '',
        'hello',
        '{}',
        '[]',
        'null',
        '0',
        '"2"',
        '[2]',
        '[3,"x",{}]',
        '[4,"x","GenericError","",{}]',
      ]);
    default:
      return frame + frame;
  }
}
