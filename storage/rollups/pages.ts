import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, SECOND } from '#estate/units.ts';
import type { RowsQuery } from '../series.ts';

/** Readings that are held at once, and that a page should have at least. */
const MOST = 20_000;
const ENOUGH = 2_000;
const FIRST_MS = 6 * HOUR;
const LEAST_MS = SECOND;
const WIDEST_MS = 30 * DAY;

/** Asks for the readings of a stretch of time, at most so many. */
export type Fetch = (asked: RowsQuery & { limit: number }) => Promise<Reading[]>;

/**
 * Readings in time order, page by page. A page is a stretch of time, wider where there are few readings and narrower
 * where there are many, so that what is held does not grow with what is asked for.
 */
export async function* pagesOf(fetch: Fetch, query: RowsQuery): AsyncGenerator<Reading[]> {
  let widthMs = Math.min(FIRST_MS, query.to - query.from);
  for (let from = query.from; from < query.to;) {
    const to = Math.min(query.to, from + widthMs);
    const isLeast = widthMs <= LEAST_MS;
    const page = await fetch({ ...query, from, to, limit: isLeast ? Number.MAX_SAFE_INTEGER : MOST + 1 });
    if (page.length > MOST && !isLeast) {
      widthMs = Math.max(LEAST_MS, widthMs / 4);
      continue;
    }
    if (page.length > 0) yield page.toSorted(inOrder);
    if (page.length < ENOUGH) widthMs = Math.min(WIDEST_MS, widthMs * 2);
    from = to;
  }
}

function inOrder(a: Reading, b: Reading): number {
  return a.ts - b.ts || order(a.site, b.site) || order(a.device, b.device) || order(a.type, b.type);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
