import type { DeviceId } from '#estate/ids.ts';
import { unit } from '#storage/records.ts';
import type { Records } from '#storage/records.ts';
import type { RegistrationTrx } from './tables.ts';

export const REGISTRATIONS = ['accepted', 'pending', 'rejected'] as const;

/**
 * What a charger is told when it boots (OCPP 1.6 §7.36, OCPP 2.0.1 RegistrationStatusEnumType). `pending`: it may be
 * looked at and set up, and serves nobody yet.
 */
export type Registration = (typeof REGISTRATIONS)[number];

/** The registrations of all chargers. They are asked for at each message, and so held in memory. */
export interface Registrations {
  /** Reads them from the records; until then all are accepted. */
  start(): Promise<void>;
  /** `accepted` unless somebody said otherwise. */
  of(charger: DeviceId): Registration;
  put(charger: DeviceId, registration: Registration): Promise<void>;
}

const listUnaccepted = unit(
  'charging.listUnaccepted',
  async (trx: RegistrationTrx): Promise<[DeviceId, Registration][]> => {
    const rows = await trx.selectFrom('unaccepted_charger').selectAll().execute();
    return rows.map((row) => [row.charger, row.registration as Registration]);
  },
);

const putRegistration = unit(
  'charging.putRegistration',
  async (trx: RegistrationTrx, input: { charger: DeviceId; registration: Registration }): Promise<void> => {
    const { charger, registration } = input;
    if (registration === 'accepted') {
      await trx.deleteFrom('unaccepted_charger').where('charger', '=', charger).execute();
      return;
    }
    await trx
      .insertInto('unaccepted_charger')
      .values({ charger, registration })
      .onConflict((conflict) => conflict.column('charger').doUpdateSet({ registration }))
      .execute();
  },
);

export function createRegistrations(records: Records): Registrations {
  let unaccepted = new Map<DeviceId, Registration>();
  return {
    async start() {
      unaccepted = new Map(await records.run(listUnaccepted, null));
    },
    of: (charger) => unaccepted.get(charger) ?? 'accepted',
    async put(charger, registration) {
      await records.run(putRegistration, { charger, registration });
      if (registration === 'accepted') unaccepted.delete(charger);
      else unaccepted.set(charger, registration);
    },
  };
}

export const registrationUnits = [listUnaccepted, putRegistration];
