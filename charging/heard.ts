import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import type { ChargerRef } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

type Told = Pick<ChargingTables['station'], 'vendor' | 'model' | 'serial' | 'firmware' | 'protocol' | 'online'>;

const touch = prepared((trx: Trx, given: { id: DeviceId; at: Millis }) =>
  trx.updateTable('station').set({ last_seen: given.at }).where('id', '=', given.id),
);

/** Notes that a charger was heard. */
export async function heard(trx: Trx, { charger, at }: { charger: ChargerRef; at: Millis }): Promise<void> {
  const { numAffectedRows } = await touch(trx, { id: charger.id, at });
  if (numAffectedRows === 0n) await described(trx, { charger, at });
}

/** Notes what a charger told of itself, and what the registry says of it now. */
export async function described(
  trx: Trx,
  { charger, at, ...told }: { charger: ChargerRef; at: Millis } & Partial<Told>,
): Promise<void> {
  const known = { site: charger.site, synthetic: charger.synthetic ? 1 : 0, last_seen: at, ...told };
  const silent: Told = { vendor: null, model: null, serial: null, firmware: null, protocol: null, online: 0 };
  await putStation(trx, { row: { id: charger.id, ...silent, ...known }, known });
}

type StationRow = ChargingTables['station'];

const putStation = prepared((trx: Trx, given: { row: StationRow; known: Partial<StationRow> }) =>
  trx
    .insertInto('station')
    .values(given.row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(given.known)),
);
