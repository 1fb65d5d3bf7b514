import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodeCursor, pageFrom, pageOf, pageQuery } from './pages.ts';

const query = z.strictObject(pageQuery);
const letters = ['a', 'b', 'c', 'd', 'e'];
const self = (letter: string) => letter;

describe('a page', () => {
  it('names the next one only when there is more', () => {
    expect(pageOf(['a', 'b', 'c'], 2, self)).toEqual({ items: ['a', 'b'], next: encodeCursor('b') });
    expect(pageOf(['a', 'b'], 2, self)).toEqual({ items: ['a', 'b'], next: null });
    expect(pageOf([], 2, self)).toEqual({ items: [], next: null });
  });

  it('after page gives every row once', () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = pageFrom(letters, query.parse({ limit: '2', cursor }), self);
      seen.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(letters);
  });

  it('beyond the end, or after a row that is gone, is empty', () => {
    expect(pageFrom(letters, { limit: 2, cursor: 'e' }, self)).toEqual({ items: [], next: null });
    expect(pageFrom(letters, { limit: 2, cursor: 'zzz' }, self)).toEqual({ items: [], next: null });
  });

  it.each(['ключ/with spaces', '2026-01-01T00:00:00Z', '123'])('carries the key %s through its cursor', (key) => {
    expect(query.parse({ cursor: encodeCursor(key) }).cursor).toBe(key);
  });

  it.each([
    ['limit', '0'],
    ['limit', '1001'],
    ['limit', 'many'],
    ['limit', ''],
    ['limit', '1.5'],
    ['cursor', ''],
    ['cursor', '!!'],
    ['cursor', 'a'.repeat(513)],
  ])('refuses %s=%j', (name, value) => {
    expect(query.safeParse({ [name]: value }).success).toBe(false);
  });

  it('has 100 rows unless told', () => {
    expect(query.parse({}).limit).toBe(100);
  });
});
