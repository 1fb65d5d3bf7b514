import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

type Told = Pick<ChargingTables['station'], 'vendor' | 'model' | 'serial' | 'firmware' | 'protocol' | 'online'>;

/** Notes that a charger was heard. */
export async function heard(trx: Trx, { charger, at }: { charger: ChargerRef; at: Millis }): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('station')
    .set({ last_seen: at })
    .where('id', '=', charger.id)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) await described(trx, { charger, at });
}

/** Notes what a charger told of itself, and what the registry says of it now. */
export async function described(
  trx: Trx,
  { charger, at, ...told }: { charger: ChargerRef; at: Millis } & Partial<Told>,
): Promise<void> {
  const known = { site: charger.site, synthetic: charger.synthetic ? 1 : 0, last_seen: at, ...told };
  const silent: Told = { vendor: null, model: null, serial: null, firmware: null, protocol: null, online: 0 };
  await trx
    .insertInto('station')
    .values({ id: charger.id, ...silent, ...known })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
    .execute();
}
