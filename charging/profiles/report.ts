import { isDeepStrictEqual } from 'node:util';
import type { DeviceId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { Trx } from '../tables.ts';
import { forget, profilesOf, put } from './installed.ts';
import { meets, type ChargingProfile, type InstalledProfile, type ProfileCriteria } from './profile.ts';

/** Which profiles a report was to tell. */
export interface ProfileReportScope extends Omit<ProfileCriteria, 'number'> {
  numbers?: number[] | undefined;
  /** Who set them; `CSO` is us. */
  source?: string | undefined;
}

/** Names a report: the charger and the number that each of its parts carries. */
export interface ReportKey {
  charger: DeviceId;
  request: number;
}

const FORGOTTEN_MS = DAY;

/** Notes that a charger is asked to report. */
export const askReport = unit(
  'charging.askProfileReport',
  async (
    trx: Trx,
    { charger, request, scope, at }: ReportKey & { scope: ProfileReportScope; at: Millis },
  ): Promise<void> => {
    await trx
      .deleteFrom('profile_report')
      .where('charger', '=', charger)
      .where('asked_at', '<', at - FORGOTTEN_MS)
      .execute();
    const row = { scope: JSON.stringify(scope), asked_at: at, told: '[]' };
    await trx
      .insertInto('profile_report')
      .values({ charger, request, ...row })
      .onConflict((conflict) => conflict.columns(['charger', 'request']).doUpdateSet(row))
      .execute();
  },
);

/**
 * Keeps a part of a report. With the last, what was asked for and not told is believed gone, unless it was set since we
 * asked.
 */
export const keepReportPart = unit(
  'charging.keepProfileReportPart',
  async (
    trx: Trx,
    part: ReportKey & { profiles: readonly ChargingProfile[]; isLast: boolean; at: Millis },
  ): Promise<void> => {
    const { charger, request, at } = part;
    const known = new Map((await profilesOf(trx, charger)).map((one) => [one.number, one]));
    for (const profile of part.profiles) {
      const before = known.get(profile.number);
      if (before && isDeepStrictEqual(content(before), profile)) continue;
      await put(trx, { ...profile, charger, source: 'reported', since: at });
    }
    const report = await trx
      .selectFrom('profile_report')
      .selectAll()
      .where('charger', '=', charger)
      .where('request', '=', request)
      .executeTakeFirst();
    if (!report) return;
    const told = [...(JSON.parse(report.told) as number[]), ...part.profiles.map(({ number }) => number)];
    if (!part.isLast) {
      await trx
        .updateTable('profile_report')
        .set({ told: JSON.stringify(told) })
        .where('charger', '=', charger)
        .where('request', '=', request)
        .execute();
      return;
    }
    const scope = JSON.parse(report.scope) as ProfileReportScope;
    const gone = [...known.values()].filter(
      (one) => isIn(scope, one) && !told.includes(one.number) && one.since <= report.asked_at,
    );
    await forget(trx, charger, gone);
    await trx.deleteFrom('profile_report').where('charger', '=', charger).where('request', '=', request).execute();
  },
);

function isIn({ numbers, source, ...criteria }: ProfileReportScope, profile: InstalledProfile): boolean {
  if (numbers && !numbers.includes(profile.number)) return false;
  if (source !== undefined && (source === 'CSO') === (profile.purpose === 'external')) return false;
  return meets(profile, criteria);
}

function content({ charger: _charger, source: _source, since: _since, ...profile }: InstalledProfile): ChargingProfile {
  return profile;
}
