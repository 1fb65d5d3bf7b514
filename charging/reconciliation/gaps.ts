import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { hasGap, type Account } from '../account.ts';
import { shortened } from '../bounded.ts';
import { recounted } from '../counting.ts';
import { accountIn, headOf, saveSession, sessionFact, type SessionRow } from '../sessions.ts';
import type { Trx } from '../tables.ts';
import type { Doubt } from './doubts.ts';

/** Missing messages are waited for and asked for so long. */
const PATIENCE_MS = 3 * DAY;
const WAITED_FOR: Doubt[] = ['missing-start', 'missing-events'];

/** What a charger says of a transaction that it was asked about (OCPP 2.0.1 use case E14). */
export interface TransactionStatus {
  /** Null: it did not say. */
  ongoing: boolean | null;
  /** It still has messages of the transaction to deliver. */
  queued: boolean;
}

/**
 * What follows from a charger's answer: `wait` for what it still has to deliver; `close` a session that it no longer
 * knows; `give-up` what is missing and will not come; or `leave` all as it is.
 */
export function decide(
  session: { active: boolean; gap: boolean },
  { ongoing, queued }: TransactionStatus,
): 'wait' | 'close' | 'give-up' | 'leave' {
  if (queued || ongoing === null) return 'wait';
  if (session.active && !ongoing) return 'close';
  return session.gap ? 'give-up' : 'leave';
}

/** Takes a charger's answer about one of its transactions. */
export const noteTransactionStatus = unit(
  'charging.noteTransactionStatus',
  async (
    trx: Trx,
    {
      charger,
      transaction,
      status,
      at,
    }: { charger: DeviceId; transaction: string; status: TransactionStatus; at: Millis },
  ): Promise<ChargingFact[]> => {
    const row = await trx
      .selectFrom('charging_session')
      .selectAll()
      .where('charger', '=', charger)
      .where('transaction', '=', shortened(transaction))
      .where('protocol', '=', 'ocpp2.0.1')
      .executeTakeFirst();
    const account = row && accountIn(row);
    if (!row || !account) return [];
    const active = row.state === 'active';
    const decision = decide({ active, gap: hasGap(account) }, status);
    if (decision === 'wait' || decision === 'leave') return [];
    return giveUp(trx, row, { account, closes: decision === 'close', at, why: 'the charger does not have them' });
  },
);

/** Gives up what has been missing for three days. */
export const giveUpGaps = unit(
  'charging.giveUpGaps',
  async (trx: Trx, { at, limit }: { at: Millis; limit: number }): Promise<{ facts: ChargingFact[]; more: boolean }> => {
    const rows = await trx
      .selectFrom('charging_session')
      .selectAll()
      .where(
        'id',
        'in',
        trx
          .selectFrom('session_doubt')
          .select('session')
          .where('doubt', 'in', WAITED_FOR)
          .where('settled', '=', 0)
          .where('since', '<', at - PATIENCE_MS),
      )
      .limit(limit)
      .execute();
    const facts: ChargingFact[] = [];
    for (const row of rows) {
      const account = accountIn(row);
      const why = 'they did not come within 3 days';
      if (account) facts.push(...(await giveUp(trx, row, { account, closes: false, at, why })));
    }
    return { facts, more: rows.length === limit };
  },
);

async function giveUp(
  trx: Trx,
  row: SessionRow,
  { account, closes, at, why }: { account: Account; closes: boolean; at: Millis; why: string },
): Promise<ChargingFact[]> {
  const whole = account.uncounted > 0 ? await recounted(trx, { session: row.id, before: account }) : account;
  const endedAt = Math.min(whole.last?.at ?? at, at);
  const closing = { at: endedAt, reason: 'the charger no longer knows the transaction', silent: true };
  const saved = await saveSession(trx, {
    head: headOf(row),
    account: {
      ...whole,
      released: closes ? closing : whole.released,
      lost: hasGap(whole) ? `some of its messages are missing: ${why}` : whole.lost,
    },
    before: row,
    cause: { at, frame: null },
  });
  return row.state === 'active' && saved.state !== 'active' ? [sessionFact('session-ended', saved, endedAt)] : [];
}

/** Counts in what came late; see counting.ts. */
export const recountLate = unit(
  'charging.recountLate',
  async (trx: Trx, { at, limit }: { at: Millis; limit: number }): Promise<void> => {
    const late: Doubt = 'late-events';
    const rows = await trx
      .selectFrom('charging_session')
      .selectAll()
      .where('id', 'in', trx.selectFrom('session_doubt').select('session').where('doubt', '=', late))
      .limit(limit)
      .execute();
    for (const row of rows) {
      const account = accountIn(row);
      if (!account) continue;
      const whole = await recounted(trx, { session: row.id, before: account });
      await saveSession(trx, { head: headOf(row), account: whole, before: row, cause: { at, frame: null } });
    }
  },
);

/** A transaction about which its charger is to be asked. */
export interface OpenQuestion {
  charger: DeviceId;
  transaction: string;
}

/**
 * The 2.0.1 transactions that are held active of a charger, and of which it has said nothing since: what to ask it about
 * when it has come back.
 */
export const activeTransactions = unit(
  'charging.activeTransactions',
  (
    trx: Trx,
    { charger, heardBefore, limit }: { charger: DeviceId; heardBefore: Millis; limit: number },
  ): Promise<OpenQuestion[]> =>
    trx
      .selectFrom('charging_session')
      .select(['charger', 'transaction'])
      .where('state', '=', 'active')
      .where('charger', '=', charger)
      .where('protocol', '=', 'ocpp2.0.1')
      .where((is) => is(is.fn.coalesce('heard_at', 'started_at'), '<', heardBefore))
      .orderBy('started_at')
      .limit(limit)
      .execute(),
);

/** The transactions of which something is missing, of all chargers that are connected; those that began first come first. */
export const tornTransactions = unit(
  'charging.tornTransactions',
  (trx: Trx, { limit }: { limit: number }): Promise<OpenQuestion[]> =>
    trx
      .selectFrom('charging_session')
      .innerJoin('station', 'station.id', 'charging_session.charger')
      .select(['charging_session.charger', 'charging_session.transaction'])
      .where('station.online', '=', 1)
      .where(
        'charging_session.id',
        'in',
        trx.selectFrom('session_doubt').select('session').where('doubt', 'in', WAITED_FOR).where('settled', '=', 0),
      )
      .orderBy('charging_session.started_at')
      .limit(limit)
      .execute(),
);
