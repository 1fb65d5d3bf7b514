import type { Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { prepared } from '#storage/prepared.ts';
import { emptyAccount, summaryOf, type Account, type Closing } from './account.ts';
import type { ChargerRef, Protocol, Settlement } from './domain.ts';
import { noteDoubts, type Cause } from './reconciliation/doubt-rows.ts';
import type { Doubt } from './reconciliation/doubts.ts';
import { tokenKey } from './tokens.ts';
import type { ChargingTables, Trx } from './tables.ts';

export type SessionRow = Selectable<ChargingTables['charging_session']>;

/** What does not change in a session, whatever is reported of it. */
export interface SessionHead {
  id: string;
  charger: ChargerRef;
  transaction: string;
  startKey: string;
  tokenDoubt: Doubt | null;
  settlement: SettledAs | null;
  sealed: boolean;
}

/** What a person settled, as it is kept. */
export interface SettledAs extends Settlement {
  /** What counts in place of what was metered; null: that as it is. */
  energyWh: number | null;
  endedAt: Millis | null;
  /** What was metered then. */
  meteredWh: number;
}

export function headOf(row: SessionRow): SessionHead {
  return {
    id: row.id,
    charger: { id: row.charger, site: row.site, synthetic: row.synthetic === 1 },
    transaction: row.transaction,
    startKey: row.start_key,
    tokenDoubt: row.token_doubt as Doubt | null,
    settlement: settlementIn(row),
    sealed: row.sealed === 1,
  };
}

export function settlementIn({ settlement }: Pick<SessionRow, 'settlement'>): SettledAs | null {
  return settlement === null ? null : (JSON.parse(settlement) as SettledAs);
}

/** Null while the charger has not begun. An account of an earlier release lacks what was not known then. */
export function accountIn(row: SessionRow): Account | null {
  if (row.account === null) return null;
  return { ...emptyAccount(row.protocol as Protocol), ...(JSON.parse(row.account) as Partial<Account>) };
}

/** Writes a session as its account and its settlement have it, with its doubts, and returns the row. */
export async function saveSession(
  trx: Trx,
  saved: { head: SessionHead; account: Account; before: SessionRow | null; cause: Cause },
): Promise<SessionRow> {
  const row = rowOf(saved);
  await write(trx, row, saved.before);
  const { doubts } = row;
  if (doubts !== (saved.before?.doubts ?? '[]')) {
    await noteDoubts(trx, { session: row.id, doubts: JSON.parse(doubts) as string[], cause: saved.cause });
  }
  return row;
}

function rowOf({
  head,
  account,
  before,
  cause,
}: {
  head: SessionHead;
  account: Account;
  before: SessionRow | null;
  cause: Cause;
}): SessionRow {
  const summary = summaryOf(account);
  const { settlement } = head;
  const fixed = settlement?.energyWh ?? null;
  const doubts: Doubt[] = [...summary.doubts, ...(head.tokenDoubt === null ? [] : [head.tokenDoubt])];
  if (settlement && fixed !== null && summary.energyWh !== settlement.meteredWh) doubts.push('changed-since-settled');
  return {
    id: head.id,
    charger: head.charger.id,
    site: head.charger.site,
    transaction: head.transaction,
    start_key: head.startKey,
    protocol: account.protocol,
    evse: account.evse ?? 0,
    // An EVSE that does not name its connector has one.
    connector: account.connector ?? (account.evse === null ? 0 : 1),
    token: account.token,
    token_key: account.token === null ? null : tokenKey(account.token),
    token_doubt: head.tokenDoubt,
    state: summary.state,
    started_at: summary.startedAt,
    ended_at: summary.endedAt === null ? null : (settlement?.endedAt ?? summary.endedAt),
    energy_wh: fixed ?? summary.energyWh,
    power_w: summary.powerW,
    measured_at: summary.measuredAt,
    reason: summary.reason,
    doubts: JSON.stringify(doubts),
    account: JSON.stringify(account),
    synthetic: head.charger.synthetic ? 1 : 0,
    heard_at: cause.reported ? cause.at : (before?.heard_at ?? null),
    settlement: settlement && JSON.stringify(settlement),
    sealed: head.sealed ? 1 : 0,
  };
}

/** Most reports only measure: then the columns by which sessions are found, and their indexes, stay untouched. */
async function write(trx: Trx, row: SessionRow, before: SessionRow | null): Promise<void> {
  if (before && isFoundAs(before, row)) {
    await putMeasured(trx, row);
    return;
  }
  await putSession(trx, row);
}

const putSession = prepared((trx: Trx, given: SessionRow) =>
  trx
    .insertInto('charging_session')
    .values(given)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(given)),
);

const putMeasured = prepared((trx: Trx, given: SessionRow) =>
  trx
    .updateTable('charging_session')
    .set({
      account: given.account,
      energy_wh: given.energy_wh,
      power_w: given.power_w,
      measured_at: given.measured_at,
      doubts: given.doubts,
      heard_at: given.heard_at,
    })
    .where('id', '=', given.id),
);

const MEASURED = new Set(['account', 'energy_wh', 'power_w', 'measured_at', 'doubts', 'heard_at']);

/** Whether two states of a session differ in what it measures alone. */
function isFoundAs(before: SessionRow, row: SessionRow): boolean {
  return Object.entries(row).every(([column, value]) => MEASURED.has(column) || Reflect.get(before, column) === value);
}

/**
 * Closes what is still active on a connector, or on the whole EVSE, and began before an instant: no stop was heard, but it
 * cannot be charging. A stop that comes after all still ends it properly.
 */
export async function release(
  trx: Trx,
  where: { charger: DeviceId; evse: number; connector?: number },
  { closing, heardAt }: { closing: Closing; heardAt: Millis },
): Promise<ChargingFact[]> {
  const { charger, evse, connector } = where;
  const facts: ChargingFact[] = [];
  for (const row of (await activeOn(trx, { charger, evse, before: closing.at })).rows) {
    if (connector !== undefined && row.connector !== 0 && row.connector !== connector) continue;
    facts.push(...(await closeSession(trx, row, { closing, at: heardAt })));
  }
  return facts;
}

const activeOn = prepared((trx: Trx, given: { charger: DeviceId; evse: number; before: Millis }) =>
  trx
    .selectFrom('charging_session')
    .selectAll()
    .where('charger', '=', given.charger)
    .where('state', '=', 'active')
    .where('evse', '=', given.evse)
    .where('started_at', '<', given.before),
);

/** Closes a session that is active, without a stop. */
export async function closeSession(
  trx: Trx,
  row: SessionRow,
  { closing, at }: { closing: Closing; at: Millis },
): Promise<ChargingFact[]> {
  const account = accountIn(row);
  if (!account || row.state !== 'active') return [];
  const closed = await saveSession(trx, {
    head: headOf(row),
    account: { ...account, released: closing },
    before: row,
    cause: { at, frame: null },
  });
  return [sessionFact('session-ended', closed, closing.at)];
}

export function sessionFact(
  kind: 'session-began' | 'session-metered' | 'session-ended',
  row: SessionRow,
  at: Millis,
): ChargingFact {
  return {
    kind,
    charger: row.charger,
    site: row.site,
    at,
    session: row.id,
    energyWh: row.energy_wh,
    powerW: row.power_w,
  };
}
