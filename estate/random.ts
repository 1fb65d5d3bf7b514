import { randomBytes } from 'node:crypto';

/** The only source of chance. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [from, to], both included. */
  int(from: number, to: number): number;
  /** One of a list that is not empty. */
  pick<T>(of: readonly T[]): T;
  /** Text of the given length over A-Z a-z 0-9. */
  text(length: number): string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function over(next: () => number): Random {
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    int,
    pick(of) {
      const chosen = of[int(0, of.length - 1)];
      if (chosen === undefined) throw new RangeError('Nothing to pick from: the list is empty.');
      return chosen;
    },
    text: (length) => Array.from({ length }, () => LETTERS.charAt(int(0, LETTERS.length - 1))).join(''),
  };
}

/** 53 bits, as many as a number in [0, 1) has. */
const NUMBER_BYTES = 7;
const POOL_BYTES = NUMBER_BYTES * 512;

/** Unguessable chance, for ids and secrets. */
export const secureRandom: Random = over(pooled());

/** Asking the system for a few bytes costs as much as for a few thousand, so they are asked for together. */
function pooled(): () => number {
  let pool = Buffer.alloc(0);
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomBytes(POOL_BYTES);
      used = 0;
    }
    const number = (pool.readUIntBE(used, 6) * 32 + (pool.readUInt8(used + 6) >> 3)) / 2 ** 53;
    // What was given out is nobody else's to see.
    pool.fill(0, used, (used += NUMBER_BYTES));
    return number;
  };
}

/** Repeatable chance: the same seed gives the same sequence (sfc32, seeded by a text or number). */
export function seededRandom(seed: number | string): Random {
  let state = 0x811c9dc5;
  for (const char of String(seed)) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, state, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  return over(next);
}
