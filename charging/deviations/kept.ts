import { sql } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { DeviationKind } from './kinds.ts';
import type { DeviationTrx } from './tables.ts';

/** One way in which a charger departs from what is agreed, and how often. */
export interface Deviation {
  action: string;
  /** The path of the field; `[]` stands for each item of a list. */
  field: string;
  kind: DeviationKind;
  count: number;
  firstAt: Millis;
  lastAt: Millis;
  /** What was found there of late, shortened. */
  example: string | null;
}

/** So many ways are told apart for one charger; those beyond are counted by their kind alone. */
export const MOST_WAYS = 300;
/** Stands for every action and field beyond. */
export const BEYOND = '…';

/** Adds to what was counted before. */
export const addDeviations = unit(
  'charging.addDeviations',
  async (trx: DeviationTrx, counted: readonly (Deviation & { charger: DeviceId })[]): Promise<void> => {
    for (const [charger, ofCharger] of Map.groupBy(counted, (one) => one.charger)) {
      const known = await trx
        .selectFrom('charger_deviation')
        .select(['action', 'field', 'kind'])
        .where('charger', '=', charger)
        .execute();
      const ways = new Set(known.map(wayOf));
      for (const deviation of ofCharger) {
        const fits = ways.has(wayOf(deviation)) || ways.size < MOST_WAYS;
        if (fits) ways.add(wayOf(deviation));
        await add(trx, fits ? deviation : { ...deviation, action: BEYOND, field: BEYOND });
      }
    }
  },
);

/** What tells one way of a charger from another. */
export function wayOf({ action, field, kind }: { action: string; field: string; kind: string }): string {
  return `${kind} ${action} ${field}`;
}

async function add(trx: DeviationTrx, deviation: Deviation & { charger: DeviceId }): Promise<void> {
  const { charger, action, field, kind, count, firstAt, lastAt, example } = deviation;
  await trx
    .insertInto('charger_deviation')
    .values({ charger, action, field, kind, count, first_at: firstAt, last_at: lastAt, example })
    .onConflict((conflict) =>
      conflict.columns(['charger', 'action', 'field', 'kind']).doUpdateSet({
        count: sql<number>`charger_deviation.count + excluded.count`,
        last_at: lastAt,
        example,
      }),
    )
    .execute();
}

/** Those of one charger, the most frequent first. */
export const deviationsOf = unit(
  'charging.deviationsOf',
  async (trx: DeviationTrx, charger: DeviceId): Promise<Deviation[]> => {
    const rows = await trx
      .selectFrom('charger_deviation')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('count', 'desc')
      .orderBy('action')
      .orderBy('field')
      .orderBy('kind')
      .execute();
    return rows.map(({ first_at: firstAt, last_at: lastAt, action, field, kind, count, example }) => ({
      action,
      field,
      kind: kind as DeviationKind,
      count,
      firstAt,
      lastAt,
      example,
    }));
  },
);

/** How often each of these chargers deviated in all; those that never did are left out. */
export const countDeviations = unit(
  'charging.countDeviations',
  async (trx: DeviationTrx, chargers: readonly DeviceId[]): Promise<[charger: DeviceId, count: number][]> => {
    if (chargers.length === 0) return [];
    const rows = await trx
      .selectFrom('charger_deviation')
      .select((of) => ['charger', of.fn.sum('count').as('count')])
      .where('charger', 'in', [...chargers])
      .groupBy('charger')
      .execute();
    return rows.map(({ charger, count }) => [charger, Number(count)]);
  },
);

export const deviationUnits = [addDeviations, deviationsOf, countDeviations];
