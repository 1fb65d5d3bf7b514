import type { DeviceId } from '#estate/ids.ts';
import {
  accountOf,
  emptyAccount,
  inOrder,
  missingEvents,
  withEvent,
  type Account,
  type TransactionEvent,
} from './account.ts';
import type { Trx } from './tables.ts';
import { eventsOf } from './transaction-events.ts';

/** An account of fewer events is counted anew for each that comes late. */
const FEW_EVENTS = 64;
/** A larger one only when this part of its events, one in so many, came late: a backlog told backwards stays linear. */
const LATE_SHARE = 16;

/**
 * The account of a session with one event more: at the end as a rule, else all is counted anew. Where very much is told
 * in the wrong order it waits: until nothing is missing any more, or for the sweep (see `recountLate`).
 *
 * @param sealed the earlier events are gone: what comes late cannot be counted in any more.
 */
export async function countIn(
  trx: Trx,
  { session, sealed, event, before }: { session: string; sealed: boolean; event: TransactionEvent; before: Account },
): Promise<Account> {
  if (before.last === null || inOrder(before.last, event) < 0) return withEvent(before, event);
  if (sealed) return before;
  return mayWait(event, before) ? { ...before, uncounted: before.uncounted + 1 } : recounted(trx, { session, before });
}

/** The account of all the events that are kept of a session. */
export async function recounted(trx: Trx, { session, before }: { session: string; before: Account }): Promise<Account> {
  const { protocol, released, lost } = before;
  return accountOf({ ...emptyAccount(protocol), released, lost }, await eventsOf(trx, session));
}

function mayWait({ phase }: TransactionEvent, before: Account): boolean {
  if (phase !== 'updated' || before.events < FEW_EVENTS || missingEvents(before) === 1) return false;
  return before.uncounted + 1 < before.events / LATE_SHARE;
}

/**
 * The account without its closing when it was closed because it fell silent, and its charger reports of it again; unless
 * another session has begun on its EVSE since.
 */
export async function openedBy(
  trx: Trx,
  { charger, event, before }: { charger: DeviceId; event: TransactionEvent; before: Account },
): Promise<Account> {
  const { released, ended, evse, startedAt } = before;
  if (!released?.silent || ended !== null || event.phase === 'ended') return before;
  const next = await trx
    .selectFrom('charging_session')
    .select('id')
    .where('charger', '=', charger)
    .where('started_at', '>', startedAt)
    .where('evse', '=', evse ?? 0)
    .limit(1)
    .executeTakeFirst();
  return next ? before : { ...before, released: null };
}
