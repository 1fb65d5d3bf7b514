import type { DeviceId, SiteId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { Trx } from '../tables.ts';
import { externalA, limitsFromOutside } from './external-limits.ts';
import { heldBy, toProfile, type Running } from './installed.ts';
import { limitAt, limitsOver, type HoldingLimit, type LimitedEvse } from './limit.ts';
import type { StandingLimit } from './profile.ts';

/** The limit that holds an EVSE by the profiles we believe installed. */
export interface EvseLimit {
  /** 0: the station. */
  evse: number;
  /** The transaction that runs, or null. */
  transaction: string | null;
  /** Null: none holds. */
  limit: HoldingLimit | null;
  /** When it will be another, within a day; null: not within a day. */
  until: Millis | null;
}

/** What holds each EVSE of a charger; where no transaction runs, what would hold one that begins now. */
export const limitsNow = unit(
  'charging.limitsNow',
  async (trx: Trx, { charger, at }: { charger: DeviceId; at: Millis }): Promise<EvseLimit[]> => {
    const { profiles, running } = await heldBy(trx, charger, at);
    const rows = await trx
      .selectFrom('station_connector')
      .select('evse')
      .distinct()
      .where('station', '=', charger)
      .where('evse', '>', 0)
      .execute();
    const evses = new Set([0, ...rows.map(({ evse }) => evse), ...running.map(({ evse }) => evse)]);
    return [...evses]
      .toSorted((one, other) => one - other)
      .map((evse) => {
        const place = placeOf(evse, running, at);
        const [span] = limitsOver(profiles, place, { from: at, to: at + DAY });
        const until = span && span.to < at + DAY ? span.to : null;
        return { evse, transaction: place.transaction, limit: span?.limit ?? null, until };
      });
  },
);

/** What the EVSEs of a site may take when no limit of the moment holds them. */
export const standingLimits = unit(
  'charging.standingLimits',
  async (trx: Trx, { site, at }: { site: SiteId; at: Millis }): Promise<StandingLimit[]> => {
    const evses = await trx
      .selectFrom('station')
      .innerJoin('station_connector as connector', 'connector.station', 'station.id')
      .select(['station.id as charger', 'station.online', 'connector.evse'])
      .distinct()
      .where('station.site', '=', site)
      .where('connector.evse', '>', 0)
      .orderBy('station.id')
      .orderBy('connector.evse')
      .execute();
    if (evses.length === 0) return [];
    const chargers = [...new Set(evses.map(({ charger }) => charger))];
    const rows = await trx
      .selectFrom('charging_profile')
      .selectAll()
      .where('charger', 'in', chargers)
      .where('purpose', 'in', ['default', 'station-maximum'])
      .execute();
    const profiles = Map.groupBy(rows.map(toProfile), ({ charger }) => charger);
    const outside = Map.groupBy(await limitsFromOutside(trx, chargers), ({ charger }) => charger);
    return evses.map(({ charger, evse, online }) => {
      const external = (outside.get(charger) ?? [])
        .filter((one) => one.evse === 0 || one.evse === evse)
        .flatMap((one) => externalA(one, at) ?? []);
      const standing = limitAt(profiles.get(charger) ?? [], { evse, transaction: null, startedAt: at }, at);
      return {
        charger,
        site,
        evse,
        online: online === 1,
        defaultA: standing?.limitA ?? null,
        externalA: external.length > 0 ? Math.min(...external) : null,
      };
    });
  },
);

function placeOf(evse: number, running: readonly Running[], at: Millis): LimitedEvse {
  const last = running.findLast((one) => one.evse === evse);
  return { evse, transaction: last?.transaction ?? null, startedAt: last?.startedAt ?? at };
}
