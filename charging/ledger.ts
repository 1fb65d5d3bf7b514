import type { ChargingFact } from '#estate/fact.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import { unit } from '#storage/records.ts';
import { emptyAccount, type Account, type TransactionEvent } from './account.ts';
import { bounded } from './bounded.ts';
import { countIn, openedBy } from './counting.ts';
import type { TransactionReport, TransactionVerdict } from './domain.ts';
import { heard } from './heard.ts';
import type { Doubt } from './reconciliation/doubts.ts';
import { accountIn, headOf, release, saveSession, sessionFact, type SessionHead, type SessionRow } from './sessions.ts';
import { answeredStart, renameSession } from './start-requests.ts';
import { claimReservation } from './reservations/claim.ts';
import { authorisationOf, tokenKey } from './tokens.ts';
import type { Trx } from './tables.ts';
import { addEvent, toEvent } from './transaction-events.ts';

export interface ReportInput {
  report: TransactionReport;
  /** The id of the session, should it be new. */
  session: string;
  /** Numbers for a 1.6 transaction, should it be new; the first that its charger has not had is taken. */
  transactions: readonly string[];
}

export interface ReportOutput {
  verdict: TransactionVerdict;
  facts: ChargingFact[];
}

/**
 * Keeps what a charger reports of a transaction, with all that follows from it, in one unit of work. A report is known
 * again by what it says, not by the message that carried it, and looked up under its own charger only: the same again, in
 * any order, changes nothing, and no charger touches a session of another.
 */
export const keepReport = unit(
  'charging.keepReport',
  async (trx: Trx, { report: told, ...fresh }: ReportInput): Promise<ReportOutput> => {
    const report = bounded(told);
    await heard(trx, { charger: report.charger, at: report.receivedAt });
    const known = await findSession(trx, report);
    const head = known ? await answering(trx, report, known) : await openSession(trx, report, fresh);
    const { token, authorisation } = await judge(trx, report, { id: head.id, over: known?.account.ended != null });
    const event = toEvent(report);
    const added = await addEvent(trx, { session: head.id, event, receivedAt: report.receivedAt });
    const verdict = { session: head.id, transaction: head.transaction, token, authorisation, repeated: !added };
    if (!added) return { verdict, facts: [] };
    const foreign = await claimReservation(trx, { report, session: head.id, group: authorisation?.group ?? null });

    const row = await saveSession(trx, {
      head: { ...head, tokenDoubt: head.tokenDoubt ?? doubtOf(report, token) ?? foreign },
      account: await accountWith(trx, { head, event, before: known?.account ?? emptyAccount(report.protocol) }),
      before: known?.row ?? null,
      cause: { at: report.receivedAt, frame: report.frame, reported: true },
    });
    const fact = sessionFact(kindOf(report, row, known), row, report.at);
    return { verdict, facts: known ? [fact] : [...(await releaseEarlier(trx, row, report)), fact] };
  },
);

async function accountWith(
  trx: Trx,
  { head, event, before }: { head: SessionHead; event: TransactionEvent; before: Account },
): Promise<Account> {
  const open = await openedBy(trx, { charger: head.charger.id, event, before });
  return countIn(trx, { session: head.id, sealed: head.sealed, event, before: open });
}

function kindOf(report: TransactionReport, row: SessionRow, known: KnownSession | null) {
  if (row.state === 'active') return known?.row.state === 'active' ? 'session-metered' : 'session-began';
  return known === null || report.phase === 'ended' ? 'session-ended' : 'session-metered';
}

interface KnownSession {
  row: SessionRow;
  head: SessionHead;
  account: Account;
}

const startedBy = prepared((trx: Trx, given: { charger: DeviceId; startKey: string }) =>
  sessionsOf(trx, given.charger).where('start_key', '=', given.startKey),
);
const ofTransaction = prepared((trx: Trx, given: { charger: DeviceId; transaction: string }) =>
  sessionsOf(trx, given.charger).where('transaction', '=', given.transaction),
);

function sessionsOf(trx: Trx, charger: DeviceId) {
  return trx.selectFrom('charging_session').selectAll().where('charger', '=', charger).orderBy('started_at');
}

/**
 * The session that a report belongs to. A 1.6 start carries no transaction: it is the same start when connector, token, time
 * and register are the same (OCPP 1.6 §4.8 has the charger repeat it when our answer was lost).
 */
async function findSession(trx: Trx, report: TransactionReport): Promise<KnownSession | null> {
  const { transaction, charger } = report;
  const { rows } =
    transaction === null
      ? await startedBy(trx, { charger: charger.id, startKey: startKey(report) })
      : await ofTransaction(trx, { charger: charger.id, transaction });
  const sessions = rows.flatMap((row) => {
    const account = accountIn(row);
    return account ? [{ row, head: headOf(row), account }] : [];
  });
  if (namesOne(report)) return sessions.at(0) ?? null;
  return sessions.find(({ account: { ended } }) => ended === null || mayPrecede(report, ended)) ?? null;
}

/**
 * Whether the transaction's number stands for one transaction only. 1.6 chargers that never learnt it say -1, 0 or 2^63-1
 * of each of their transactions: there, stops at different times are stops of different sessions.
 */
function namesOne({ protocol, transaction }: TransactionReport): boolean {
  if (protocol !== 'ocpp1.6' || transaction === null) return true;
  return Number(transaction) > 0 && Number(transaction) < 2 ** 31;
}

function mayPrecede(report: TransactionReport, stop: TransactionEvent): boolean {
  return report.phase === 'ended' ? report.at === stop.at : report.at <= stop.at;
}

async function openSession(
  trx: Trx,
  report: TransactionReport,
  fresh: Pick<ReportInput, 'session' | 'transactions'>,
): Promise<SessionHead> {
  const id = (await answeredStart(trx, report)) ?? fresh.session;
  const transaction = report.transaction ?? (await freeTransaction(trx, report.charger.id, fresh.transactions));
  const key = namesOne(report) ? startKey(report) : `unknown:${id}`;
  const unsettled = { settlement: null, sealed: false };
  return { id, charger: report.charger, transaction, startKey: key, tokenDoubt: null, ...unsettled };
}

/** The session's head; with another id when this is the first report to show the token of a start that was asked for. */
async function answering(trx: Trx, report: TransactionReport, { head, account }: KnownSession): Promise<SessionHead> {
  if (account.token !== null || report.phase === 'ended') return head;
  const id = await answeredStart(trx, report);
  if (id === null) return head;
  await renameSession(trx, { from: head.id, to: id });
  return { ...head, id };
}

function startKey(report: TransactionReport): string {
  if (report.transaction !== null) return `transaction:${report.transaction}`;
  const token = report.token === null ? null : tokenKey(report.token);
  return `start:${JSON.stringify([report.evse, report.connector, token, report.at, report.firstRegisterWh])}`;
}

async function freeTransaction(trx: Trx, charger: string, candidates: readonly string[]): Promise<string> {
  for (const transaction of candidates) {
    if ((await ofTransaction(trx, { charger, transaction })).rows.length === 0) return transaction;
  }
  throw new PolisError('internal', `None of the transaction numbers offered is free for ${charger}; report it again.`);
}

/**
 * What the token that was shown is worth; `concurrent` when it was already charging elsewhere. That is not asked of who stops,
 * nor of a start that is told when all is over.
 */
async function judge(
  trx: Trx,
  report: TransactionReport,
  session: { id: string; over: boolean },
): Promise<Pick<TransactionVerdict, 'token' | 'authorisation'>> {
  if (report.token === null) return { token: null, authorisation: null };
  const authorisation = await authorisationOf(trx, { token: report.token, at: report.at });
  const { status } = authorisation;
  if (status !== 'accepted' || report.phase === 'ended' || session.over) return { token: status, authorisation };
  const asked = { tokenKey: tokenKey(report.token), at: report.at, except: session.id };
  const elsewhere = (await activeWith(trx, asked)).rows.some(
    (other) => other.charger !== report.charger.id || other.evse !== report.evse,
  );
  return { token: elsewhere ? 'concurrent' : 'accepted', authorisation };
}

const activeWith = prepared((trx: Trx, given: { tokenKey: string; at: Millis; except: string }) =>
  trx
    .selectFrom('charging_session')
    .select(['charger', 'evse'])
    .where('token_key', '=', given.tokenKey)
    .where('state', '=', 'active')
    .where('started_at', '<=', given.at)
    .where('id', '<>', given.except),
);

function doubtOf(report: TransactionReport, token: TransactionVerdict['token']): Doubt | null {
  if (token === null || token === 'accepted' || report.phase === 'ended') return null;
  return token === 'invalid' ? 'unknown-token' : `${token}-token`;
}

/** One session at a time charges on an EVSE: what began there earlier is over. An orphan proves nothing. */
async function releaseEarlier(trx: Trx, row: SessionRow, { receivedAt }: TransactionReport): Promise<ChargingFact[]> {
  if (row.evse === 0 || row.state === 'incomplete') return [];
  const place = { charger: row.charger, evse: row.evse };
  const closing = { at: row.started_at, reason: 'another session began on the connector' };
  return release(trx, place, { closing, heardAt: receivedAt });
}
