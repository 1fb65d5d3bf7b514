import type { ChargingFact, ConnectorState } from '#estate/fact.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { prepared } from '#storage/prepared.ts';
import { unit } from '#storage/records.ts';
import type { ChargerRef, Connector, ConnectorReport } from './domain.ts';
import { heard } from './heard.ts';
import { release } from './sessions.ts';
import type { ChargingTables, Trx } from './tables.ts';

export interface ConnectorInput {
  charger: ChargerRef;
  report: ConnectorReport;
  /** By our clock. */
  heardAt: Millis;
}

/**
 * Keeps the state of a connector, unless it is older than the one that is known. A connector that is available closes what
 * is left open on it.
 */
export const keepConnector = unit(
  'charging.keepConnector',
  async (trx: Trx, { charger, report, heardAt }: ConnectorInput): Promise<ChargingFact[]> => {
    await heard(trx, { charger, at: heardAt });
    const facts = await keepState(trx, { charger, report, heardAt });
    if (report.state !== 'available' || report.evse === 0) return facts;
    const place = { charger: charger.id, evse: report.evse, connector: report.connector };
    const reason = 'the connector became available without a stop';
    return [...facts, ...(await release(trx, place, { closing: { at: report.at, reason }, heardAt }))];
  },
);

type Place = Pick<ChargingTables['station_connector'], 'station' | 'evse' | 'connector'>;

const findState = prepared((trx: Trx, given: Place) =>
  trx
    .selectFrom('station_connector')
    .select(['state', 'error', 'since'])
    .where('station', '=', given.station)
    .where('evse', '=', given.evse)
    .where('connector', '=', given.connector),
);

const putState = prepared((trx: Trx, given: ChargingTables['station_connector']) => {
  const row = { state: given.state, error: given.error, since: given.since };
  return trx
    .insertInto('station_connector')
    .values({ station: given.station, evse: given.evse, connector: given.connector, ...row })
    .onConflict((conflict) => conflict.columns(['station', 'evse', 'connector']).doUpdateSet(row));
});

async function keepState(trx: Trx, { charger, report, heardAt }: ConnectorInput): Promise<ChargingFact[]> {
  const { evse, connector, state, error } = report;
  const place = { station: charger.id, evse, connector };
  const [before] = (await findState(trx, place)).rows;
  if (before && report.at < before.since) return [];
  if (before?.state === state && before.error === error) return [];
  // A clock that runs ahead must not make every later state look old.
  const since = Math.min(report.at, heardAt);
  await putState(trx, { ...place, state, error, since: before?.state === state ? before.since : since });
  const fact = { charger: charger.id, site: charger.site, at: since, evse, connector, state, error };
  return [{ kind: 'connector-state', ...fact }];
}

/** The connectors of some stations, in order. */
export async function connectorsOf(trx: Trx, stations: readonly DeviceId[]): Promise<Map<DeviceId, Connector[]>> {
  if (stations.length === 0) return new Map();
  const rows = await trx
    .selectFrom('station_connector')
    .selectAll()
    .where('station', 'in', stations)
    .orderBy('evse')
    .orderBy('connector')
    .execute();
  const byStation = Map.groupBy(rows, (row) => row.station);
  return new Map(
    [...byStation].map(([station, of]) => [
      station,
      of.map(({ evse, connector, state, error, since }) => ({
        evse,
        connector,
        state: state as ConnectorState,
        error,
        since,
      })),
    ]),
  );
}
