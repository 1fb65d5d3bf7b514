import type { Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { Trx } from '../tables.ts';
import { meets, type ChargingProfile, type InstalledProfile, type ProfileCriteria } from './profile.ts';
import type { ProfileTables } from './tables.ts';

/** A profile that was sent with a start waits so long for its transaction. */
const BEGINS_WITHIN_MS = 10 * MINUTE;
/** Clocks of chargers are this far off. */
const CLOCK_SLACK_MS = MINUTE;

export interface Running {
  evse: number;
  transaction: string;
  startedAt: Millis;
}

/**
 * A charger has taken a profile. It replaces that of its number and, where the version says so, that of its purpose,
 * level and EVSE.
 */
export const keepProfile = unit(
  'charging.keepProfile',
  async (
    trx: Trx,
    input: { charger: DeviceId; profile: ChargingProfile; replacesAlike: boolean; at: Millis },
  ): Promise<void> => {
    const { charger, profile, at } = input;
    const { purpose, stackLevel, evse } = profile;
    const isReplaced = (one: ChargingProfile) => input.replacesAlike && meets(one, { purpose, stackLevel, evse });
    const all = await profilesOf(trx, charger);
    const running = await runningOn(trx, charger);
    const gone = all.filter((one) => isReplaced(one) || !holds(one, running, at));
    await forget(trx, charger, gone);
    await put(trx, { ...profile, charger, source: 'ours', since: at });
  },
);

/** The charger holds no profile that meets the criteria any more. */
export const dropProfiles = unit(
  'charging.dropProfiles',
  async (trx: Trx, { charger, criteria }: { charger: DeviceId; criteria: ProfileCriteria }): Promise<void> => {
    const all = await profilesOf(trx, charger);
    await forget(
      trx,
      charger,
      all.filter((one) => meets(one, criteria)),
    );
  },
);

/** By number. */
export const listProfiles = unit(
  'charging.listProfiles',
  async (trx: Trx, { charger, at }: { charger: DeviceId; at: Millis }): Promise<InstalledProfile[]> =>
    (await heldBy(trx, charger, at)).profiles,
);

/** What a charger holds, and the transactions that run on it: those of others have ended with theirs. */
export async function heldBy(
  trx: Trx,
  charger: DeviceId,
  at: Millis,
): Promise<{ profiles: InstalledProfile[]; running: Running[] }> {
  const running = await runningOn(trx, charger);
  const profiles = (await profilesOf(trx, charger)).filter((one) => holds(one, running, at));
  return { profiles, running };
}

export async function profilesOf(trx: Trx, charger: DeviceId): Promise<InstalledProfile[]> {
  const rows = await trx
    .selectFrom('charging_profile')
    .selectAll()
    .where('charger', '=', charger)
    .orderBy('number')
    .execute();
  return rows.map(toProfile);
}

export async function put(trx: Trx, installed: InstalledProfile): Promise<void> {
  const { charger, source, since, ...profile } = installed;
  const { evse, purpose, transaction, validTo } = profile;
  const row = { evse, purpose, transaction, valid_to: validTo, profile: JSON.stringify(profile), source, since };
  await trx
    .insertInto('charging_profile')
    .values({ charger, number: profile.number, ...row })
    .onConflict((conflict) => conflict.columns(['charger', 'number']).doUpdateSet(row))
    .execute();
}

export async function forget(trx: Trx, charger: DeviceId, profiles: readonly ChargingProfile[]): Promise<void> {
  if (profiles.length === 0) return;
  const numbers = profiles.map(({ number }) => number);
  await trx.deleteFrom('charging_profile').where('charger', '=', charger).where('number', 'in', numbers).execute();
}

export function toProfile(row: Selectable<ProfileTables['charging_profile']>): InstalledProfile {
  const profile = JSON.parse(row.profile) as ChargingProfile;
  return { ...profile, charger: row.charger, source: row.source as InstalledProfile['source'], since: row.since };
}

async function runningOn(trx: Trx, charger: DeviceId): Promise<Running[]> {
  const rows = await trx
    .selectFrom('charging_session')
    .select(['evse', 'transaction', 'started_at as startedAt'])
    .where('charger', '=', charger)
    .where('state', '=', 'active')
    .orderBy('started_at')
    .execute();
  return rows;
}

function holds(profile: InstalledProfile, running: readonly Running[], at: Millis): boolean {
  const { purpose, validTo, transaction, evse, since } = profile;
  if (validTo !== null && validTo <= at) return false;
  if (purpose !== 'transaction') return true;
  if (transaction !== null) return running.some((one) => one.transaction === transaction);
  const began = running.some((one) => one.evse === evse && one.startedAt >= since - CLOCK_SLACK_MS);
  return began || at - since < BEGINS_WITHIN_MS;
}
