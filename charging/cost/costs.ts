import { PolisError } from '#estate/errors.ts';
import { unit, type Records } from '#storage/records.ts';
import type { SessionRow } from '../sessions.ts';
import type { Trx } from '../tables.ts';
import { amountOf, type Cost, type Costs, type Price, type PricePlace, type RunningCost } from './cost.ts';

const putPrice = unit(
  'charging.putPrice',
  async (trx: Trx, { place, price }: { place: PricePlace; price: Price }): Promise<void> => {
    const row = { per_kwh: price.perKwh, currency: price.currency };
    await trx
      .insertInto('energy_price')
      .values({ ...place, since: price.since, ...row })
      .onConflict((conflict) => conflict.columns(['scope', 'id', 'since']).doUpdateSet(row))
      .execute();
  },
);

const getPrice = unit('charging.getPrice', async (trx: Trx, { scope, id }: PricePlace): Promise<Price | null> => {
  const row = await trx
    .selectFrom('energy_price')
    .select(['per_kwh', 'currency', 'since'])
    .where('scope', '=', scope)
    .where('id', '=', id)
    .orderBy('since', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? { perKwh: row.per_kwh, currency: row.currency, since: row.since } : null;
});

const setCost = unit(
  'charging.setCost',
  async (trx: Trx, input: Parameters<Costs['set']>[0]): Promise<{ transaction: string }> => {
    const { charger, session: named, amount, at } = input;
    const row = await trx
      .selectFrom('charging_session')
      .select(['id', 'transaction'])
      .where('charger', '=', charger)
      .where((all) => all.or([all('id', '=', named), all('transaction', '=', named)]))
      .where('account', 'is not', null)
      .orderBy('started_at', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row) throw new PolisError('not-found', `${charger} has no session ${named} that began.`);
    await trx
      .insertInto('session_cost')
      .values({ session: row.id, amount, at })
      .onConflict((conflict) => conflict.column('session').doUpdateSet({ amount, at }))
      .execute();
    return { transaction: row.transaction };
  },
);

const runningCosts = unit(
  'charging.runningCosts',
  async (trx: Trx, { since }: Parameters<Costs['running']>[0]): Promise<RunningCost[]> => {
    const priced = await trx.selectFrom('energy_price').select('id').limit(1).executeTakeFirst();
    if (!priced) return [];
    const rows = await trx
      .selectFrom('charging_session')
      .selectAll()
      .where('state', '=', 'active')
      .where('protocol', '=', 'ocpp2.0.1')
      .where('heard_at', '>=', since)
      .where((all) =>
        all.not(
          all.exists(
            all
              .selectFrom('session_cost')
              .select('session_cost.session')
              .whereRef('session_cost.session', '=', 'charging_session.id'),
          ),
        ),
      )
      .execute();
    const costs = await costsOf(trx, rows);
    return rows.flatMap(({ charger, id: session, transaction }) => {
      const cost = costs.get(session);
      return cost ? [{ charger, session, transaction, amount: cost.amount }] : [];
    });
  },
);

export const costUnits = [putPrice, getPrice, setCost, runningCosts];

export function createCosts({ records }: { records: Records }): Costs {
  return {
    putPrice: (place, price) => records.run(putPrice, { place, price }),
    price: (place) => records.run(getPrice, place),
    set: (cost) => records.run(setCost, cost),
    running: (query) => records.run(runningCosts, query),
  };
}

/** What sessions cost, by their ids; those that have no price are left out. */
export async function costsOf(trx: Trx, sessions: readonly SessionRow[]): Promise<Map<string, Cost>> {
  const rows = sessions.filter(({ account }) => account !== null);
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const said = await trx.selectFrom('session_cost').selectAll().where('session', 'in', ids).execute();
  const amounts = new Map(said.map(({ session, amount }) => [session, amount]));
  const places = [...new Set(rows.flatMap(({ charger, site }) => (site === null ? [charger] : [charger, site])))];
  const prices = await trx.selectFrom('energy_price').selectAll().where('id', 'in', places).execute();
  const costs = new Map<string, Cost>();
  for (const row of rows) {
    const price = priceOf(prices, row);
    const amount = amounts.get(row.id) ?? (price?.per_kwh == null ? null : amountOf(row.energy_wh, price.per_kwh));
    if (amount !== null) costs.set(row.id, { amount, currency: price?.currency ?? null });
  }
  return costs;
}

interface PriceRow {
  scope: string;
  id: string;
  since: number;
  per_kwh: number | null;
  currency: string;
}

/** The price that held where and when a session began. */
function priceOf(prices: readonly PriceRow[], { charger, site, started_at: at }: SessionRow): PriceRow | null {
  const latest = (scope: string, id: string | null) =>
    prices
      .filter((price) => price.scope === scope && price.id === id && price.since <= at)
      .toSorted((one, other) => other.since - one.since)[0] ?? null;
  const own = latest('charger', charger);
  return own?.per_kwh == null ? latest('site', site) : own;
}
