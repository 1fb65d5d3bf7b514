import type { Kysely, Selectable } from 'kysely';
import type { CommandResult } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import { unit, type Records } from '#storage/records.ts';
import type { Order, Orders, OrderState, Said } from './order.ts';
import type { OrderTables } from './tables.ts';

type Trx = Kysely<OrderTables>;

/** An exchange takes seconds. What left longer ago and was not settled was under way in a process that ended. */
const LONGEST_EXCHANGE_MS = 10 * MINUTE;
const REMEMBERED_MS = 90 * DAY;

const noteOrder = unit('charging.noteOrder', async (trx: Trx, order: Parameters<Orders['note']>[0]): Promise<void> => {
  const { id, charger, said, by, at, until, state } = order;
  const open = { sent_at: state === 'sent' ? at : null, outcome: null, response: null, done_at: null };
  await trx
    .insertInto('charger_order')
    .values({ id, charger, said: JSON.stringify(said), ordered_by: by, at, until, state, ...open })
    .execute();
});

/** Asked by each charger that comes. */
const oldestWaiting = prepared((trx: Trx, given: { charger: DeviceId; now: Millis }) =>
  trx
    .selectFrom('charger_order')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('charger', '=', given.charger)
    .where('until', '>', given.now)
    .orderBy('id')
    .limit(1),
);

const takeOrder = unit(
  'charging.takeOrder',
  async (trx: Trx, { charger, now }: { charger: DeviceId; now: Millis }): Promise<Order | null> => {
    const [oldest] = (await oldestWaiting(trx, { charger, now })).rows;
    if (!oldest) return null;
    const { numUpdatedRows } = await trx
      .updateTable('charger_order')
      .set({ state: 'sent', sent_at: now })
      .where('id', '=', oldest.id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    return numUpdatedRows === 1n ? toOrder({ ...oldest, state: 'sent' }) : null;
  },
);

const putBackOrder = unit('charging.putBackOrder', async (trx: Trx, id: string): Promise<void> => {
  await trx
    .updateTable('charger_order')
    .set({ state: 'waiting', sent_at: null })
    .where('id', '=', id)
    .where('state', '=', 'sent')
    .execute();
});

const settleOrder = unit(
  'charging.settleOrder',
  async (trx: Trx, { id, result, at }: { id: string; result: CommandResult; at: Millis }): Promise<Order> => {
    const done = { state: 'done', outcome: result.outcome, response: JSON.stringify(result.response), done_at: at };
    await trx.updateTable('charger_order').set(done).where('id', '=', id).where('state', '<>', 'done').execute();
    const order = await findOrder(trx, id);
    if (order) return order;
    throw new PolisError('not-found', `There is no order ${id}.`);
  },
);

const sweepOrders = unit('charging.sweepOrders', async (trx: Trx, now: Millis): Promise<void> => {
  const done = { state: 'done', response: 'null', done_at: now };
  await trx
    .updateTable('charger_order')
    .set({ ...done, outcome: 'expired' })
    .where('state', '=', 'waiting')
    .where('until', '<=', now)
    .execute();
  await trx
    .updateTable('charger_order')
    .set({ ...done, outcome: 'unknown' })
    .where('state', '=', 'sent')
    .where('sent_at', '<=', now - LONGEST_EXCHANGE_MS)
    .execute();
  await trx
    .deleteFrom('charger_order')
    .where('state', '=', 'done')
    .where('done_at', '<', now - REMEMBERED_MS)
    .execute();
});

const getOrder = unit('charging.getOrder', (trx: Trx, id: string): Promise<Order | null> => findOrder(trx, id));

const listOrders = unit(
  'charging.listOrders',
  async (trx: Trx, query: Parameters<Orders['list']>[0]): Promise<Order[]> => {
    let select = trx.selectFrom('charger_order').selectAll();
    if (query.charger !== undefined) select = select.where('charger', '=', query.charger);
    if (query.before !== undefined) select = select.where('id', '<', query.before);
    return (await select.orderBy('id', 'desc').limit(query.limit).execute()).map(toOrder);
  },
);

export const orderUnits = [noteOrder, takeOrder, putBackOrder, settleOrder, sweepOrders, getOrder, listOrders];

export function createOrders({ records }: { records: Records }): Orders {
  return {
    note: (order) => records.run(noteOrder, order),
    take: (charger, now) => records.run(takeOrder, { charger, now }),
    putBack: (id) => records.run(putBackOrder, id),
    settle: (id, result, at) => records.run(settleOrder, { id, result, at }),
    sweep: (now) => records.run(sweepOrders, now),
    order: (id) => records.run(getOrder, id),
    list: (query) => records.run(listOrders, query),
  };
}

async function findOrder(trx: Trx, id: string): Promise<Order | null> {
  const row = await trx.selectFrom('charger_order').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? toOrder(row) : null;
}

function toOrder(row: Selectable<OrderTables['charger_order']>): Order {
  return {
    id: row.id,
    charger: row.charger,
    said: JSON.parse(row.said) as Said,
    by: row.ordered_by,
    at: row.at,
    until: row.until,
    state: row.state as OrderState,
    outcome: row.outcome as Order['outcome'],
    response: row.response === null ? null : JSON.parse(row.response),
    doneAt: row.done_at,
  };
}
