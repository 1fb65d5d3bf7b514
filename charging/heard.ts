import type { DeviceId } from '#estate/ids.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import type { ChargerRef } from './domain.ts';
import type { ChargingTables, Trx } from './tables.ts';

type Told = Pick<ChargingTables['station'], 'vendor' | 'model' | 'serial' | 'firmware' | 'protocol' | 'online'>;

/** When a charger was last heard is kept so exactly: written with every message, it would be most of what is written. */
export const HEARD_WITHIN_MS = 30 * SECOND;

const findLast = prepared((trx: Trx, given: { id: DeviceId }) =>
  trx.selectFrom('station').select('last_seen').where('id', '=', given.id),
);
const touch = prepared((trx: Trx, given: { id: DeviceId; at: Millis }) =>
  trx.updateTable('station').set({ last_seen: given.at }).where('id', '=', given.id),
);

/** Notes that a charger was heard, now and then. */
export async function heard(trx: Trx, { charger, at }: { charger: ChargerRef; at: Millis }): Promise<void> {
  const [known] = (await findLast(trx, { id: charger.id })).rows;
  if (!known) return described(trx, { charger, at });
  if (Math.abs(at - (known.last_seen ?? 0)) >= HEARD_WITHIN_MS) await touch(trx, { id: charger.id, at });
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
