import type { Kysely, Selectable } from 'kysely';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { StepKind } from './order.ts';
import type { OrderTables } from './tables.ts';

export type Trx = Kysely<OrderTables>;
export type HoldRow = Selectable<OrderTables['set_point_hold']>;

/** A metric that is no longer held as it was. */
export interface Exposed {
  site: SiteId;
  device: DeviceId;
  metric: string;
  /** What it was held at, and by which order. */
  value: number;
  order: string;
  /** What counts from now on; null: the device's own set point. */
  below: { order: string; priority: number; value: number; until: Millis } | null;
}

/** What happened to an order, and when. */
export interface Happening {
  at: Millis;
  what: StepKind;
  detail: string;
}

/** Writes down what happened to an order. */
export async function addStep(trx: Trx, id: string, { at, what, detail }: Happening): Promise<void> {
  const last = await trx
    .selectFrom('device_order_step')
    .select((of) => of.fn.max('n').as('n'))
    .where('order_id', '=', id)
    .executeTakeFirst();
  await trx
    .insertInto('device_order_step')
    .values({ order_id: id, n: Number(last?.n ?? 0) + 1, at, what, detail })
    .execute();
}

/** What holds a metric at an instant, the priority that counts first. */
export function slotsOf(
  trx: Trx,
  { site, device, metric }: Pick<HoldRow, 'site' | 'device' | 'metric'>,
  at: Millis,
): Promise<HoldRow[]> {
  return trx
    .selectFrom('set_point_hold')
    .selectAll()
    .where('site', '=', site)
    .where('device', '=', device)
    .where('metric', '=', metric)
    .where('until', '>', at)
    .orderBy('priority')
    .execute();
}

/**
 * Takes holds away. An order that waited and has nothing left to wait for is done: it will never be carried out.
 *
 * @returns the metrics for which something else counts from now on.
 */
export async function removeHolds(trx: Trx, rows: readonly HoldRow[], because: Happening): Promise<Exposed[]> {
  for (const { site, device, metric, priority } of rows) {
    await trx
      .deleteFrom('set_point_hold')
      .where('site', '=', site)
      .where('device', '=', device)
      .where('metric', '=', metric)
      .where('priority', '=', priority)
      .execute();
  }
  for (const id of new Set(rows.map((row) => row.order_id))) {
    await addStep(trx, id, because);
    await closeIfIdle(trx, id, because);
  }
  return exposedBy(trx, rows, because.at);
}

async function closeIfIdle(trx: Trx, id: string, { at, what, detail }: Happening): Promise<void> {
  const held = await trx.selectFrom('set_point_hold').select('order_id').where('order_id', '=', id).executeTakeFirst();
  if (held) return;
  await trx
    .updateTable('device_order')
    .set({ state: 'done', outcome: 'expired', response: JSON.stringify({ [what]: detail }), done_at: at })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

async function exposedBy(trx: Trx, removed: readonly HoldRow[], at: Millis): Promise<Exposed[]> {
  const exposed: Exposed[] = [];
  for (const rows of Map.groupBy(removed, ({ site, device, metric }) => `${site}/${device}/${metric}`).values()) {
    const [first] = rows.toSorted((one, other) => one.priority - other.priority);
    if (!first) continue;
    const [next] = await slotsOf(trx, first, at);
    if (next && next.priority < first.priority) continue;
    const { site, device, metric, value, order_id: order } = first;
    const below = next && { order: next.order_id, priority: next.priority, value: next.value, until: next.until };
    exposed.push({ site, device, metric, value, order, below: below ?? null });
  }
  return exposed;
}
