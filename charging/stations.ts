import type { Selectable } from 'kysely';
import type { ChargingFact } from '#estate/fact.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import { unit } from '#storage/records.ts';
import { connectorsOf } from './connectors.ts';
import type { BootReport, ChargerRef, Connector, Station } from './domain.ts';
import { described } from './heard.ts';
import type { ChargingTables, Trx } from './tables.ts';

type StationRow = Selectable<ChargingTables['station']>;

const findStation = prepared((trx: Trx, given: { id: DeviceId }) =>
  trx.selectFrom('station').selectAll().where('id', '=', given.id),
);

/** Keeps what a charger says of itself when it boots; tells whether it is a charger of another kind than before. */
export const noteBoot = unit(
  'charging.noteBoot',
  async (
    trx: Trx,
    { charger, boot, at }: { charger: ChargerRef; boot: BootReport; at: Millis },
  ): Promise<{ isNew: boolean }> => {
    const [before] = (await findStation(trx, { id: charger.id })).rows;
    const { vendor, model, serial, firmware, protocol } = boot;
    await described(trx, { charger, at, vendor, model, serial, firmware, protocol });
    const isNew =
      before?.model !== model ||
      before.vendor !== vendor ||
      before.firmware !== firmware ||
      before.protocol !== protocol;
    return { isNew };
  },
);

const touchAsKnown = prepared(
  (trx: Trx, given: Pick<StationRow, 'id' | 'site' | 'synthetic' | 'online' | 'last_seen'>) =>
    trx
      .updateTable('station')
      .set({ last_seen: given.last_seen })
      .where('id', '=', given.id)
      .where('online', '=', given.online)
      .where('synthetic', '=', given.synthetic)
      .where('site', 'is not distinct from', given.site),
);

/** Keeps whether a charger is connected; tells when that changed. */
export const noteReachable = unit(
  'charging.noteReachable',
  async (
    trx: Trx,
    { charger, online, at }: { charger: ChargerRef; online: boolean; at: Millis },
  ): Promise<ChargingFact[]> => {
    const { id, site, synthetic } = charger;
    const known = { id, site, synthetic: synthetic ? 1 : 0, online: online ? 1 : 0 };
    if ((await touchAsKnown(trx, { ...known, last_seen: at })).numAffectedRows === 1n) return [];
    const [before] = (await findStation(trx, { id })).rows;
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
  const [row] = (await findStation(trx, { id })).rows;
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
