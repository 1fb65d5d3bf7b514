import type { Selectable } from 'kysely';
import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { connectorsOf } from './connectors.ts';
import type { BootReport, ChargerRef, Connector, Station } from './domain.ts';
import { described } from './heard.ts';
import type { ChargingTables, Trx } from './tables.ts';

type StationRow = Selectable<ChargingTables['station']>;

/** Keeps what a charger says of itself when it boots. */
export const noteBoot = unit(
  'charging.noteBoot',
  (trx: Trx, { charger, boot, at }: { charger: ChargerRef; boot: BootReport; at: Millis }): Promise<void> =>
    described(trx, {
      charger,
      at,
      vendor: boot.vendor,
      model: boot.model,
      serial: boot.serial,
      firmware: boot.firmware,
      protocol: boot.protocol,
    }),
);

/** Keeps whether a charger is connected; tells when that changed. */
export const noteReachable = unit(
  'charging.noteReachable',
  async (
    trx: Trx,
    { charger, online, at }: { charger: ChargerRef; online: boolean; at: Millis },
  ): Promise<ChargingFact[]> => {
    const before = await trx.selectFrom('station').select('online').where('id', '=', charger.id).executeTakeFirst();
    await described(trx, { charger, at, online: online ? 1 : 0 });
    if ((before?.online === 1) === online) return [];
    return [{ kind: 'charger-online', charger: charger.id, site: charger.site, at, online }];
  },
);

/** At the start of the process nobody is connected yet. */
export const forgetConnections = unit('charging.forgetConnections', async (trx: Trx): Promise<void> => {
  await trx.updateTable('station').set({ online: 0 }).where('online', '=', 1).execute();
});

export const getStation = unit('charging.getStation', async (trx: Trx, id: DeviceId): Promise<Station | null> => {
  const row = await trx.selectFrom('station').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return null;
  return toStation(row, (await connectorsOf(trx, [id])).get(id) ?? []);
});

/** By id; those that were heard at least once. */
export const listStations = unit(
  'charging.listStations',
  async (trx: Trx, query: { site?: SiteId; after?: DeviceId; limit: number }): Promise<Station[]> => {
    let select = trx
      .selectFrom('station')
      .selectAll()
      .where('id', '>', query.after ?? '');
    if (query.site !== undefined) select = select.where('site', '=', query.site);
    const rows = await select.orderBy('id').limit(query.limit).execute();
    const ids = rows.map((row) => row.id);
    const connectors = await connectorsOf(trx, ids);
    return rows.map((row) => toStation(row, connectors.get(row.id) ?? []));
  },
);

function toStation(row: StationRow, reported: readonly Connector[]): Station {
  const whole = reported.find((one) => one.evse === 0);
  return {
    id: row.id,
    site: row.site,
    vendor: row.vendor,
    model: row.model,
    serial: row.serial,
    firmware: row.firmware,
    protocol: row.protocol as Station['protocol'],
    online: row.online === 1,
    lastSeen: row.last_seen,
    connectors: reported.filter((one) => one.evse !== 0),
    condition: whole ? { state: whole.state, error: whole.error, since: whole.since } : null,
    synthetic: row.synthetic === 1,
  };
}
