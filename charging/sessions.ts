import { isDeepStrictEqual } from 'node:util';
import type { Selectable } from 'kysely';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { unit } from '#storage/records.ts';
import { summaryOf, type Account } from './account.ts';
import type { ActiveSession, ChargerRef, Session, SessionState } from './domain.ts';
import { tokenKey } from './tokens.ts';
import type { ChargingTables, Trx } from './tables.ts';

export type SessionRow = Selectable<ChargingTables['charging_session']>;

/** What does not change in a session, whatever is reported of it. */
export interface SessionHead {
  id: string;
  charger: ChargerRef;
  transaction: string;
  startKey: string;
  tokenDoubt: string | null;
}

export function headOf(row: SessionRow): SessionHead {
  return {
    id: row.id,
    charger: { id: row.charger, site: row.site, synthetic: row.synthetic === 1 },
    transaction: row.transaction,
    startKey: row.start_key,
    tokenDoubt: row.token_doubt,
  };
}

export function accountIn(row: SessionRow): Account | null {
  return row.account === null ? null : (JSON.parse(row.account) as Account);
}

/** Writes a session as its account has it, and returns the row. */
export async function saveSession(
  trx: Trx,
  { head, account, before }: { head: SessionHead; account: Account; before: SessionRow | null },
): Promise<SessionRow> {
  const summary = summaryOf(account);
  const doubts = [...summary.doubts, ...(head.tokenDoubt === null ? [] : [head.tokenDoubt])];
  const row: SessionRow = {
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
    ended_at: summary.endedAt,
    energy_wh: summary.energyWh,
    power_w: summary.powerW,
    measured_at: summary.measuredAt,
    reason: summary.reason,
    doubts: JSON.stringify(doubts),
    account: JSON.stringify(account),
    synthetic: head.charger.synthetic ? 1 : 0,
  };
  await write(trx, row, before);
  return row;
}

/** Most reports only measure: then the columns by which sessions are found, and their indexes, stay untouched. */
async function write(trx: Trx, row: SessionRow, before: SessionRow | null): Promise<void> {
  const [{ found, measured }, past] = [partsOf(row), before && partsOf(before)];
  if (past && isDeepStrictEqual(found, past.found)) {
    await trx.updateTable('charging_session').set(measured).where('id', '=', row.id).execute();
    return;
  }
  await trx
    .insertInto('charging_session')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

function partsOf({ account, energy_wh, power_w, measured_at, doubts, ...found }: SessionRow) {
  return { found, measured: { account, energy_wh, power_w, measured_at, doubts } };
}

/**
 * Closes what is still active on a connector, or on the whole EVSE, and began before an instant: no stop was heard, but it
 * cannot be charging. A stop that comes after all still ends it properly.
 */
export async function release(
  trx: Trx,
  where: { charger: DeviceId; evse: number; connector?: number },
  closing: { at: Millis; reason: string },
): Promise<ChargingFact[]> {
  let select = trx
    .selectFrom('charging_session')
    .selectAll()
    .where('charger', '=', where.charger)
    .where('state', '=', 'active')
    .where('evse', '=', where.evse)
    .where('started_at', '<', closing.at);
  if (where.connector !== undefined) select = select.where('connector', 'in', [0, where.connector]);
  const facts: ChargingFact[] = [];
  for (const row of await select.execute()) {
    const account = accountIn(row);
    if (!account) continue;
    const closed = await saveSession(trx, {
      head: headOf(row),
      account: { ...account, released: closing },
      before: row,
    });
    facts.push(sessionFact('session-ended', closed, closing.at));
  }
  return facts;
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

export const getSession = unit('charging.getSession', async (trx: Trx, id: string): Promise<Session | null> => {
  const row = await trx.selectFrom('charging_session').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toSession(row) : null;
});

export interface SessionQuery {
  charger?: DeviceId;
  site?: SiteId;
  state?: SessionState;
  before?: string;
  limit: number;
}

/** Those that began last come first. What never began is listed only when its state is asked for. */
export const listSessions = unit('charging.listSessions', async (trx: Trx, query: SessionQuery): Promise<Session[]> => {
  let select = trx.selectFrom('charging_session').selectAll();
  if (query.charger !== undefined) select = select.where('charger', '=', query.charger);
  if (query.site !== undefined) select = select.where('site', '=', query.site);
  if (query.before !== undefined) {
    const last = await startOf(trx, query.before);
    if (!last) return [];
    const { started_at: at, id } = last;
    select = select.where((all) =>
      all.or([all('started_at', '<', at), all.and([all('started_at', '=', at), all('id', '<', id)])]),
    );
  }
  select =
    query.state === undefined
      ? select.where('state', 'not in', ['starting', 'failed'])
      : select.where('state', '=', query.state);
  const rows = await select.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(query.limit).execute();
  return rows.map(toSession);
});

function startOf(trx: Trx, id: string) {
  return trx.selectFrom('charging_session').select(['started_at', 'id']).where('id', '=', id).executeTakeFirst();
}

/** The transaction that is active on an EVSE; of several, the one that began last. */
export const transactionOn = unit(
  'charging.transactionOn',
  async (trx: Trx, input: { charger: DeviceId; evse: number }): Promise<string | null> => {
    const row = await trx
      .selectFrom('charging_session')
      .select('transaction')
      .where('charger', '=', input.charger)
      .where('state', '=', 'active')
      .where('evse', '=', input.evse)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.transaction ?? null;
  },
);

/** The cars that charge now. */
export const activeSessions = unit(
  'charging.activeSessions',
  async (trx: Trx, query: { site?: SiteId }): Promise<ActiveSession[]> => {
    let select = trx
      .selectFrom('charging_session as session')
      .innerJoin('station', 'station.id', 'session.charger')
      .selectAll('session')
      .select('station.online')
      .where('session.state', '=', 'active');
    if (query.site !== undefined) select = select.where('session.site', '=', query.site);
    const rows = await select.orderBy('session.id').execute();
    return rows.map((row) => ({
      charger: row.charger,
      site: row.site,
      evse: row.evse,
      transaction: row.transaction,
      session: row.id,
      energyWh: row.energy_wh,
      powerW: row.power_w,
      measuredAt: row.measured_at,
      startedAt: row.started_at,
      online: row.online === 1,
    }));
  },
);

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    charger: row.charger,
    site: row.site,
    evse: row.evse,
    connector: row.connector,
    token: row.token,
    transaction: row.transaction,
    protocol: row.protocol as Session['protocol'],
    state: row.state as SessionState,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    energyWh: row.energy_wh,
    powerW: row.power_w,
    reason: row.reason,
    doubts: JSON.parse(row.doubts) as string[],
    synthetic: row.synthetic === 1,
  };
}
