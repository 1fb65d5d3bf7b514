import type { DeviceId } from '#estate/ids.ts';
import { unit } from '#storage/records.ts';
import type { Trx } from '../tables.ts';
import type { ChargingSchedule, ToldSchedule } from './profile.ts';

/** Keeps the schedule that a charger told of an EVSE; the newest of its kind. */
export const keepSchedule = unit('charging.keepSchedule', async (trx: Trx, told: ToldSchedule): Promise<void> => {
  const { charger, evse, kind, at, ...schedule } = told;
  const row = { schedule: JSON.stringify(schedule), at };
  await trx
    .insertInto('told_schedule')
    .values({ charger, evse, kind, ...row })
    .onConflict((conflict) => conflict.columns(['charger', 'evse', 'kind']).doUpdateSet(row))
    .execute();
});

/** By EVSE. */
export const listSchedules = unit(
  'charging.listSchedules',
  async (trx: Trx, charger: DeviceId): Promise<ToldSchedule[]> => {
    const rows = await trx
      .selectFrom('told_schedule')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('evse')
      .orderBy('kind')
      .execute();
    return rows.map(({ kind, schedule, ...row }) => ({
      ...(JSON.parse(schedule) as ChargingSchedule & { startsAt: number }),
      ...row,
      kind: kind as ToldSchedule['kind'],
    }));
  },
);
