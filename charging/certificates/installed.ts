import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { TrustedFor } from './commands.ts';
import type { CertificateTrx } from './tables.ts';

/** A certificate that a charger trusts, by the hashes that OCPP names it by (CertificateHashDataType). */
export interface InstalledCertificate {
  type: TrustedFor;
  hashAlgorithm: string;
  issuerNameHash: string;
  issuerKeyHash: string;
  serial: string;
}

/** Keeps what a charger listed: of these types it has these and no others. */
export const noteInstalled = unit(
  'charging.noteInstalledCertificates',
  async (
    trx: CertificateTrx,
    {
      charger,
      types,
      installed,
      at,
    }: { charger: DeviceId; types: readonly TrustedFor[]; installed: readonly InstalledCertificate[]; at: Millis },
  ): Promise<void> => {
    await trx
      .deleteFrom('installed_certificate')
      .where('charger', '=', charger)
      .where('type', 'in', [...types])
      .execute();
    for (const one of installed) await put(trx, { charger, one, at });
  },
);

async function put(
  trx: CertificateTrx,
  { charger, one, at }: { charger: DeviceId; one: InstalledCertificate; at: Millis },
): Promise<void> {
  const named = { hash_algorithm: one.hashAlgorithm, issuer_name_hash: one.issuerNameHash, seen_at: at };
  await trx
    .insertInto('installed_certificate')
    .values({ charger, type: one.type, issuer_key_hash: one.issuerKeyHash, serial: one.serial, ...named })
    .onConflict((conflict) => conflict.columns(['charger', 'type', 'issuer_key_hash', 'serial']).doUpdateSet(named))
    .execute();
}

/** It deleted one, or never had it. */
export const forgetInstalled = unit(
  'charging.forgetInstalledCertificate',
  async (
    trx: CertificateTrx,
    { charger, serial, issuerKeyHash }: { charger: DeviceId; serial: string; issuerKeyHash: string },
  ): Promise<void> => {
    await trx
      .deleteFrom('installed_certificate')
      .where('charger', '=', charger)
      .where('serial', '=', serial)
      .where('issuer_key_hash', '=', issuerKeyHash)
      .execute();
  },
);

export const listInstalled = unit(
  'charging.listInstalledCertificates',
  async (trx: CertificateTrx, charger: DeviceId): Promise<(InstalledCertificate & { seenAt: Millis })[]> => {
    const rows = await trx
      .selectFrom('installed_certificate')
      .selectAll()
      .where('charger', '=', charger)
      .orderBy('type')
      .orderBy('serial')
      .execute();
    return rows.map((row) => ({
      type: row.type as TrustedFor,
      hashAlgorithm: row.hash_algorithm,
      issuerNameHash: row.issuer_name_hash,
      issuerKeyHash: row.issuer_key_hash,
      serial: row.serial,
      seenAt: row.seen_at,
    }));
  },
);

export const installedCertificateUnits = [noteInstalled, forgetInstalled, listInstalled];
