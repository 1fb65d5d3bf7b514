import type { ChargingFact } from '#estate/fact.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { accountIn, closeSession } from '../sessions.ts';
import type { Trx } from '../tables.ts';

/** A charger that was not heard for so long does not know any more how its sessions ended, or nobody mends it. */
const CHARGER_SILENT_MS = 7 * DAY;
/** A session of which a connected charger says nothing for so long, on a connector that is not in use, is over. */
const SESSION_SILENT_MS = DAY;
const IN_USE = ['occupied', 'charging', 'suspended'];

/** Closes sessions of which nothing was heard for too long. A stop that comes after all still ends them properly. */
export const closeSilent = unit(
  'charging.closeSilent',
  async (trx: Trx, { at, limit }: { at: Millis; limit: number }): Promise<{ facts: ChargingFact[]; more: boolean }> => {
    const rows = await trx
      .selectFrom('charging_session as session')
      .innerJoin('station', 'station.id', 'session.charger')
      .leftJoin('station_connector as place', (join) =>
        join
          .onRef('place.station', '=', 'session.charger')
          .onRef('place.evse', '=', 'session.evse')
          .onRef('place.connector', '=', 'session.connector'),
      )
      .selectAll('session')
      .select('station.last_seen')
      .where('session.state', '=', 'active')
      .where((all) =>
        all.or([
          all('station.last_seen', '<', at - CHARGER_SILENT_MS),
          all.and([
            all('station.online', '=', 1),
            all(all.fn.coalesce('session.heard_at', 'session.started_at'), '<', at - SESSION_SILENT_MS),
            all.or([all('place.state', 'is', null), all('place.state', 'not in', IN_USE)]),
          ]),
        ]),
      )
      .limit(limit)
      .execute();
    const facts: ChargingFact[] = [];
    for (const { last_seen: lastSeen, ...row } of rows) {
      const gone = (lastSeen ?? 0) < at - CHARGER_SILENT_MS;
      const reason = gone
        ? 'the charger was not heard for 7 days'
        : 'nothing was heard of it for a day, and its connector is not in use';
      const endedAt = Math.min(accountIn(row)?.last?.at ?? at, at);
      facts.push(...(await closeSession(trx, row, { closing: { at: endedAt, reason, silent: true }, at })));
    }
    return { facts, more: rows.length === limit };
  },
);
