import type { Millis } from '#estate/units.ts';
import type { Trx } from '../tables.ts';

/** What made a session change: when, by our clock, and with which message. */
export interface Cause {
  at: Millis;
  frame: string | null;
  /** The charger reported of the session. */
  reported?: boolean;
}

/** More of a message is not kept with a doubt; the whole of it is in the trace for as long as that goes back. */
const MOST_FRAME = 20_000;

/** Keeps the doubts that a session has now: one that is new with what raised it, none that resolved itself. */
export async function noteDoubts(
  trx: Trx,
  { session, doubts, cause }: { session: string; doubts: readonly string[]; cause: Cause },
): Promise<void> {
  let gone = trx.deleteFrom('session_doubt').where('session', '=', session);
  if (doubts.length > 0) gone = gone.where('doubt', 'not in', doubts);
  await gone.execute();
  if (doubts.length === 0) return;
  const raised = { session, since: cause.at, frame: cause.frame?.slice(0, MOST_FRAME) ?? null, settled: 0 };
  await trx
    .insertInto('session_doubt')
    .values(doubts.map((doubt) => ({ ...raised, doubt })))
    .onConflict((conflict) => conflict.columns(['session', 'doubt']).doNothing())
    .execute();
}

/** A session got another id. */
export async function renameDoubts(trx: Trx, { from, to }: { from: string; to: string }): Promise<void> {
  await trx.updateTable('session_doubt').set({ session: to }).where('session', '=', from).execute();
}
