import { DAY, type Millis } from '#estate/units.ts';
import { unit, type Records } from '#storage/records.ts';
import type { Trx } from '../tables.ts';

/** The messages of a session are kept for so long after it ended: what comes late is counted in from them. */
const KEPT_MS = 90 * DAY;

/** A place in the sessions by when they began. */
export interface TrimPlace {
  startedAt: Millis;
  id: string;
}

/** How far a step went. */
interface Sealed {
  /** Where the next step begins; null at the end. */
  next: TrimPlace | null;
  /** The place before the first session that was not old or settled enough. */
  kept: TrimPlace | null;
}

/**
 * Deletes the events of sessions that ended more than 90 days ago and have no doubt that nobody settled; what they came to
 * stays. One step looks at so many sessions after a place.
 */
export const sealOld = unit(
  'charging.sealOld',
  async (trx: Trx, { at, after, limit }: { at: Millis; after: TrimPlace | null; limit: number }): Promise<Sealed> => {
    const oldest = at - KEPT_MS;
    let select = trx
      .selectFrom('charging_session')
      .select(['id', 'started_at', 'ended_at', 'state', 'sealed'])
      .where('started_at', '<', oldest);
    if (after) {
      select = select.where((all) =>
        all.or([
          all('started_at', '>', after.startedAt),
          all.and([all('started_at', '=', after.startedAt), all('id', '>', after.id)]),
        ]),
      );
    }
    const rows = await select.orderBy('started_at').orderBy('id').limit(limit).execute();
    const open = rows.filter(({ sealed, state }) => sealed === 0 && state !== 'failed' && state !== 'starting');
    const old = open.filter(({ ended_at: endedAt }) => endedAt !== null && endedAt < oldest);
    const doubtful = await withOpenDoubts(
      trx,
      old.map(({ id }) => id),
    );
    const due = new Set(old.map(({ id }) => id).filter((id) => !doubtful.has(id)));
    if (due.size > 0) {
      await trx
        .deleteFrom('transaction_event')
        .where('session', 'in', [...due])
        .execute();
      await trx
        .updateTable('charging_session')
        .set({ sealed: 1 })
        .where('id', 'in', [...due])
        .execute();
    }
    const kept = open.find(({ id }) => !due.has(id));
    const last = rows.length === limit ? rows.at(-1) : undefined;
    const before = kept && { startedAt: kept.started_at, id: '' };
    return { next: last ? { startedAt: last.started_at, id: last.id } : null, kept: before ?? null };
  },
);

async function withOpenDoubts(trx: Trx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await trx
    .selectFrom('session_doubt')
    .select('session')
    .where('session', 'in', ids)
    .where('settled', '=', 0)
    .execute();
  return new Set(rows.map(({ session }) => session));
}

/** Sessions looked at in one unit of work, and such units in one round. */
const STEP = 200;
const MOST_STEPS = 50;

/** Goes on through the old sessions, a round at a time; from the end back to the first that had to be kept. */
export function createTrim(records: Records): (at: Millis) => Promise<void> {
  let upTo: TrimPlace | null = null;
  let firstKept: TrimPlace | null = null;
  return async (at) => {
    for (let step = 0; step < MOST_STEPS; step++) {
      const { next, kept }: Sealed = await records.run(sealOld, { at, after: upTo, limit: STEP });
      firstKept ??= kept;
      upTo = next ?? firstKept ?? upTo;
      if (next !== null) continue;
      firstKept = null;
      return;
    }
  };
}
