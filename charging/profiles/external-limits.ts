import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import { unit } from '#storage/records.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from '../domain.ts';
import type { Trx } from '../tables.ts';
import { amperes, periodAt } from './limit.ts';
import type { ChargingSchedule, ExternalLimit } from './profile.ts';

/** Keeps a limit that another than us has set at a charger; one for each EVSE and source. */
export const keepExternalLimit = unit(
  'charging.keepExternalLimit',
  async (
    trx: Trx,
    { charger, limit }: { charger: ChargerRef; limit: Omit<ExternalLimit, 'charger'> },
  ): Promise<ChargingFact[]> => {
    const { evse, source, gridCritical, schedule, since } = limit;
    const row = {
      grid_critical: gridCritical === null ? null : Number(gridCritical),
      schedule: schedule && JSON.stringify(schedule),
      since,
    };
    await trx
      .insertInto('external_limit')
      .values({ charger: charger.id, evse, source, ...row })
      .onConflict((conflict) => conflict.columns(['charger', 'evse', 'source']).doUpdateSet(row))
      .execute();
    const limitA = externalA({ ...limit, charger: charger.id }, since);
    return [{ kind: 'charging-limit', charger: charger.id, site: charger.site, at: since, evse, source, limitA }];
  },
);

/** Forgets the limit of a source, on one EVSE or on all. */
export const clearExternalLimit = unit(
  'charging.clearExternalLimit',
  async (
    trx: Trx,
    { charger, evse, source, at }: { charger: ChargerRef; evse: number | null; source: string; at: Millis },
  ): Promise<ChargingFact[]> => {
    const known = await limitsFromOutside(trx, [charger.id]);
    const gone = known.filter((one) => one.source === source && (evse === null || one.evse === evse));
    for (const one of gone) {
      await trx
        .deleteFrom('external_limit')
        .where('charger', '=', charger.id)
        .where('evse', '=', one.evse)
        .where('source', '=', source)
        .execute();
    }
    const fact = { kind: 'charging-limit' as const, charger: charger.id, site: charger.site, at, source };
    return gone.map((one) => ({ ...fact, evse: one.evse, limitA: null }));
  },
);

export const listExternalLimits = unit(
  'charging.listExternalLimits',
  (trx: Trx, charger: DeviceId): Promise<ExternalLimit[]> => limitsFromOutside(trx, [charger]),
);

export async function limitsFromOutside(trx: Trx, chargers: readonly DeviceId[]): Promise<ExternalLimit[]> {
  const rows = await trx
    .selectFrom('external_limit')
    .selectAll()
    .where('charger', 'in', chargers)
    .orderBy('evse')
    .orderBy('source')
    .execute();
  return rows.map(({ grid_critical: critical, schedule, ...row }) => ({
    ...row,
    gridCritical: critical === null ? null : critical === 1,
    schedule: schedule === null ? null : (JSON.parse(schedule) as ChargingSchedule),
  }));
}

/** What a limit from outside allows at an instant, A per phase; null when it says nothing of it. */
export function externalA({ schedule, since }: ExternalLimit, now: Millis): number | null {
  if (!schedule) return null;
  const period = periodAt(schedule, now - (schedule.startsAt ?? since));
  return period ? amperes(schedule, period) : null;
}
