import type { DeviceId } from '#estate/ids.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { Trx } from '../tables.ts';
import { heldBy } from './installed.ts';
import type { ChargingNeeds, StatedNeeds } from './profile.ts';

const REMEMBERED_MS = 90 * DAY;

/** Keeps what a car asked for, with the session that runs. Tells whether a profile holds for it already. */
export const keepNeeds = unit(
  'charging.keepNeeds',
  async (
    trx: Trx,
    { charger, evse, needs, at }: { charger: DeviceId; evse: number; needs: ChargingNeeds; at: Millis },
  ): Promise<{ hasProfile: boolean }> => {
    const session = await sessionOn(trx, charger, evse);
    const row = { charger, evse, session, needs: JSON.stringify(needs), at };
    await trx
      .insertInto('charging_needs')
      .values({ key: session ?? `${charger}:${evse}`, ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
    await trx
      .deleteFrom('charging_needs')
      .where('charger', '=', charger)
      .where('at', '<', at - REMEMBERED_MS)
      .execute();
    const { profiles } = await heldBy(trx, charger, at);
    return { hasProfile: profiles.some((one) => one.purpose === 'transaction' && one.evse === evse) };
  },
);

/** What the cars ask for that are at a charger now, by EVSE. */
export const listNeeds = unit('charging.listNeeds', async (trx: Trx, charger: DeviceId): Promise<StatedNeeds[]> => {
  const rows = await trx
    .selectFrom('charging_needs as needs')
    .innerJoin('charging_session as session', 'session.id', 'needs.session')
    .selectAll('needs')
    .where('needs.charger', '=', charger)
    .where('session.state', '=', 'active')
    .orderBy('needs.evse')
    .execute();
  return rows.map(toNeeds);
});

/** What the car of a session asked for. */
export const needsOfSession = unit(
  'charging.needsOfSession',
  async (trx: Trx, session: string): Promise<StatedNeeds | null> => {
    const row = await trx.selectFrom('charging_needs').selectAll().where('key', '=', session).executeTakeFirst();
    return row ? toNeeds(row) : null;
  },
);

function toNeeds(row: { charger: string; evse: number; session: string | null; needs: string; at: Millis }) {
  const { charger, evse, session, at } = row;
  return { ...(JSON.parse(row.needs) as ChargingNeeds), charger, evse, session, at };
}

async function sessionOn(trx: Trx, charger: DeviceId, evse: number): Promise<string | null> {
  const row = await trx
    .selectFrom('charging_session')
    .select('id')
    .where('charger', '=', charger)
    .where('state', '=', 'active')
    .where('evse', '=', evse)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? null;
}
