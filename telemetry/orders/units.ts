import type { Selectable } from 'kysely';
import type { CommandResult } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { addStep, removeHolds, slotsOf, type Exposed, type Happening, type Trx } from './holds.ts';
import type { DeviceOrder, Hold, OrderState, Orders, Step } from './order.ts';
import type { OrderTables } from './tables.ts';

export type NewOrder = Pick<
  DeviceOrder,
  'id' | 'site' | 'device' | 'set' | 'priority' | 'revertS' | 'by' | 'at' | 'expiresAt'
>;

/** An order with these outcomes was not carried out, and holds nothing. Of others the device may have heard. */
const NOT_OBEYED: readonly string[] = ['rejected', 'failed', 'expired'];

/**
 * Puts an order on record and takes its slots, from whatever held them with the same priority.
 *
 * @returns the set points that the device is to be told now; the others wait behind a higher priority.
 */
export const noteOrder = unit(
  'telemetry.noteOrder',
  async (trx: Trx, order: NewOrder): Promise<Record<string, number>> => {
    const { id, site, device, priority, at } = order;
    const open = { state: 'sent', outcome: null, response: null, done_at: null };
    await trx
      .insertInto('device_order')
      .values({
        id,
        site,
        device,
        priority,
        at,
        ...open,
        set_points: JSON.stringify(order.set),
        revert_s: order.revertS,
        ordered_by: order.by,
        expires_at: order.expiresAt,
      })
      .execute();
    const now: Record<string, number> = {};
    const behind = new Set<number>();
    for (const [metric, value] of Object.entries(order.set)) {
      const slots = await slotsOf(trx, { site, device, metric }, at);
      const same = slots.filter((slot) => slot.priority === priority);
      await removeHolds(trx, same, { at, what: 'replaced', detail: id });
      const until = at + order.revertS * SECOND;
      const hold = { site, device, metric, priority, value, order_id: id, until };
      await trx
        .insertInto('set_point_hold')
        .values(hold)
        .onConflict((conflict) => conflict.columns(['site', 'device', 'metric', 'priority']).doUpdateSet(hold))
        .execute();
      const [first] = slots;
      if (first && first.priority < priority) behind.add(first.priority);
      else now[metric] = value;
    }
    if (behind.size > 0) {
      await addStep(trx, id, { at, what: 'waiting', detail: `behind priority ${[...behind].join(', ')}` });
    }
    if (Object.keys(now).length > 0) await addStep(trx, id, { at, what: 'sent', detail: '' });
    else await trx.updateTable('device_order').set({ state: 'waiting' }).where('id', '=', id).execute();
    return now;
  },
);

/** The turn of an order that waited has come; false when it was not waiting. */
export const beginOrder = unit(
  'telemetry.beginOrder',
  async (trx: Trx, { id, at, expiresAt }: { id: string; at: Millis; expiresAt: Millis }): Promise<boolean> => {
    const { numUpdatedRows } = await trx
      .updateTable('device_order')
      .set({ state: 'sent', expires_at: expiresAt })
      .where('id', '=', id)
      .where('state', '=', 'waiting')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await addStep(trx, id, { at, what: 'sent', detail: '' });
    return true;
  },
);

/** Gives an order its outcome; nothing changes when it has one. What was not obeyed holds nothing any more. */
export const settleOrder = unit(
  'telemetry.settleOrder',
  async (trx: Trx, { id, result, at }: { id: string; result: CommandResult; at: Millis }): Promise<Exposed[]> => {
    const { outcome, response } = result;
    const { numUpdatedRows } = await trx
      .updateTable('device_order')
      .set({ state: 'done', outcome, response: JSON.stringify(response ?? null), done_at: at })
      .where('id', '=', id)
      .where('state', '=', 'sent')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return [];
    const answered: Happening = { at, what: 'answered', detail: outcome };
    if (NOT_OBEYED.includes(outcome)) {
      const held = await heldBy(trx, id);
      if (held.length > 0) return removeHolds(trx, held, answered);
    }
    await addStep(trx, id, answered);
    return [];
  },
);

/** Ends the holds whose time is over: their devices have reverted by themselves. */
export const endHolds = unit('telemetry.endHolds', async (trx: Trx, at: Millis): Promise<Exposed[]> => {
  const over = await trx.selectFrom('set_point_hold').selectAll().where('until', '<=', at).execute();
  return over.length === 0 ? [] : removeHolds(trx, over, { at, what: 'reverted', detail: '' });
});

/** What orders hold that still wait although nothing comes before them: their devices were away when their turn came. */
export const listTurns = unit(
  'telemetry.listTurns',
  async (trx: Trx, { site, at }: { site: SiteId; at: Millis }): Promise<Exposed[]> => {
    const waiting = await trx
      .selectFrom('set_point_hold')
      .innerJoin('device_order', 'device_order.id', 'set_point_hold.order_id')
      .selectAll('set_point_hold')
      .where('set_point_hold.site', '=', site)
      .where('device_order.state', '=', 'waiting')
      .execute();
    const turns: Exposed[] = [];
    for (const { device, metric, priority, value, until, order_id: order } of waiting) {
      const [first] = await slotsOf(trx, { site, device, metric }, at);
      const below = { order, priority, value, until };
      if (first?.order_id === order) turns.push({ site, device, metric, value, order, below });
    }
    return turns;
  },
);

/** @throws PolisError `not-found`; `conflict` when it holds nothing. */
export const releaseOrder = unit(
  'telemetry.releaseOrder',
  async (
    trx: Trx,
    { id, site, device, by, at }: Parameters<Orders['release']>[0] & { at: Millis },
  ): Promise<Exposed[]> => {
    const order = await find(trx, id);
    if (order?.site !== site || order.device !== device) {
      throw new PolisError('not-found', `${device} was never given a command ${id.slice(0, 64)}.`);
    }
    const held = await heldBy(trx, id);
    if (held.length === 0) throw new PolisError('conflict', `The command ${id} holds nothing any more.`);
    return removeHolds(trx, held, { at, what: 'released', detail: by });
  },
);

export const noteStep = unit(
  'telemetry.noteOrderStep',
  (trx: Trx, { id, ...happening }: Happening & { id: string }): Promise<void> => addStep(trx, id, happening),
);

/** A device answered an order that had its outcome. Noted once. */
export const noteLateAnswer = unit(
  'telemetry.noteLateAnswer',
  async (
    trx: Trx,
    { id, site, device, at, detail }: { id: string; site: SiteId; device: DeviceId; at: Millis; detail: string },
  ): Promise<void> => {
    const order = await find(trx, id);
    if (order?.site !== site || order.device !== device) return;
    const steps = await stepsOf(trx, id);
    if (!steps.some(({ what }) => what === 'late-answer')) await addStep(trx, id, { at, what: 'late-answer', detail });
  },
);

/** Those that were sent and have no outcome. */
export const listSent = unit('telemetry.listSentOrders', async (trx: Trx): Promise<DeviceOrder[]> => {
  const rows = await trx.selectFrom('device_order').selectAll().where('state', '=', 'sent').orderBy('id').execute();
  return rows.map((row) => toOrder(row, []));
});

export const getOrder = unit('telemetry.getOrder', async (trx: Trx, id: string): Promise<DeviceOrder | null> => {
  const row = await find(trx, id);
  return row ? toOrder(row, await stepsOf(trx, id)) : null;
});

export const listOrders = unit(
  'telemetry.listOrders',
  async (trx: Trx, { site, device, before, limit }: Parameters<Orders['list']>[0]): Promise<DeviceOrder[]> => {
    let select = trx.selectFrom('device_order').selectAll().where('site', '=', site).where('device', '=', device);
    if (before !== undefined) select = select.where('id', '<', before);
    const rows = await select.orderBy('id', 'desc').limit(limit).execute();
    return Promise.all(rows.map(async (row) => toOrder(row, await stepsOf(trx, row.id))));
  },
);

export const listHolds = unit(
  'telemetry.listHolds',
  async (trx: Trx, { site, device }: { site: SiteId; device: DeviceId }): Promise<Hold[]> => {
    const rows = await trx
      .selectFrom('set_point_hold')
      .selectAll()
      .where('site', '=', site)
      .where('device', '=', device)
      .orderBy('metric')
      .orderBy('priority')
      .execute();
    return rows.map(({ metric, priority, value, order_id: order, until }) => ({
      metric,
      priority,
      value,
      order,
      until,
    }));
  },
);

/** Forgets what was done before an instant. */
export const forgetOrders = unit('telemetry.forgetOrders', async (trx: Trx, before: Millis): Promise<void> => {
  const old = trx.selectFrom('device_order').select('id').where('state', '=', 'done').where('done_at', '<', before);
  await trx.deleteFrom('device_order_step').where('order_id', 'in', old).execute();
  await trx.deleteFrom('device_order').where('state', '=', 'done').where('done_at', '<', before).execute();
});

export const orderUnits = [
  noteOrder,
  beginOrder,
  settleOrder,
  endHolds,
  listTurns,
  releaseOrder,
  noteStep,
  noteLateAnswer,
  listSent,
  getOrder,
  listOrders,
  listHolds,
  forgetOrders,
];

function find(trx: Trx, id: string) {
  return trx.selectFrom('device_order').selectAll().where('id', '=', id).executeTakeFirst();
}

function heldBy(trx: Trx, id: string) {
  return trx.selectFrom('set_point_hold').selectAll().where('order_id', '=', id).execute();
}

async function stepsOf(trx: Trx, id: string): Promise<Step[]> {
  const rows = await trx
    .selectFrom('device_order_step')
    .select(['at', 'what', 'detail'])
    .where('order_id', '=', id)
    .orderBy('n')
    .execute();
  return rows.map((row) => ({ ...row, what: row.what as Step['what'] }));
}

function toOrder(row: Selectable<OrderTables['device_order']>, steps: Step[]): DeviceOrder {
  const { id, site, device, priority, at, state, outcome, response } = row;
  return {
    id,
    site,
    device,
    priority,
    at,
    steps,
    set: JSON.parse(row.set_points) as DeviceOrder['set'],
    revertS: row.revert_s,
    by: row.ordered_by,
    expiresAt: row.expires_at,
    state: state as OrderState,
    outcome: outcome as DeviceOrder['outcome'],
    response: response === null ? null : JSON.parse(response),
    doneAt: row.done_at,
  };
}
