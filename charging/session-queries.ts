import type { DeviceId, SiteId } from '#estate/ids.ts';
import { unit } from '#storage/records.ts';
import type { Cost } from './cost/cost.ts';
import { costsOf } from './cost/costs.ts';
import type { ActiveSession, Session, SessionState, Settlement } from './domain.ts';
import { energyWh } from './energy.ts';
import { accountIn, settlementIn, type SessionRow, type SettledAs } from './sessions.ts';
import type { Trx } from './tables.ts';

export const getSession = unit('charging.getSession', async (trx: Trx, id: string): Promise<Session | null> => {
  const row = await trx.selectFrom('charging_session').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toSession(row, await costsOf(trx, [row])) : null;
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
  const costs = await costsOf(trx, rows);
  return rows.map((row) => toSession(row, costs));
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
      ...flowIn(row),
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

/** What an active session takes by phase. */
function flowIn(row: SessionRow): Pick<ActiveSession, 'currentA' | 'phases'> {
  const account = accountIn(row);
  const currents = account?.currentA ?? [];
  return { currentA: currents.length > 0 ? Math.max(...currents) : null, phases: account?.phases ?? null };
}

export function toSession(row: SessionRow, costs: ReadonlyMap<string, Cost>): Session {
  const settlement = settlementIn(row);
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
    meteredWh: settlement?.energyWh == null ? row.energy_wh : meteredIn(row),
    powerW: row.power_w,
    cost: costs.get(row.id) ?? null,
    reason: row.reason,
    doubts: JSON.parse(row.doubts) as string[],
    settled: settlement && toSettlement(settlement),
    synthetic: row.synthetic === 1,
  };
}

function meteredIn(row: SessionRow): number {
  const account = accountIn(row);
  return account ? energyWh(account.metering) : 0;
}

function toSettlement({ at, by, resolution, note }: SettledAs): Settlement {
  return { at, by, resolution, note };
}
