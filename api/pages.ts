import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { numeric } from './fields.ts';

/** A list is read page by page: a page names the last key it holds, and the next one begins after it. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** The query fields of every list. `cursor` arrives decoded: the key after which the page begins. */
export const pageQuery = {
  limit: numeric(z.int().min(1).max(1_000)).default(100),
  cursor: z.string().max(512).transform(decode).optional(),
};

export function pageView<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

const NOT_OURS = 'Not a cursor of ours; leave it out to begin with the first page.';

export function encodeCursor(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function decode(cursor: string, context: z.RefinementCtx): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  if (key !== '' && encodeCursor(key) === cursor) return key;
  context.addIssue({ code: 'custom', message: NOT_OURS });
  return z.NEVER;
}

/** For a cursor that no page of this list ever gave. */
export function notOurs(): PolisError {
  return new PolisError('invalid', `query/cursor: ${NOT_OURS}`);
}

/** Makes a page of rows of which one more than the limit was asked for. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}

/** Makes a page of rows that are all at hand, in the order of the list. An unknown key begins an empty page. */
export function pageFrom<T>(
  rows: readonly T[],
  query: { limit: number; cursor?: string | undefined },
  keyOf: (row: T) => string,
): Page<T> {
  const { cursor } = query;
  const found = cursor === undefined ? -1 : rows.findIndex((row) => keyOf(row) === cursor);
  if (cursor !== undefined && found === -1) return { items: [], next: null };
  return pageOf(rows.slice(found + 1, found + 2 + query.limit), query.limit, keyOf);
}

/** Points to the next page in the header, for clients that follow links (RFC 8288). */
export function linkNext<T>(request: FastifyRequest, reply: FastifyReply, page: Page<T>): Page<T> {
  if (page.next !== null) {
    const url = new URL(request.url, 'http://localhost');
    url.searchParams.set('cursor', page.next);
    reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return page;
}
