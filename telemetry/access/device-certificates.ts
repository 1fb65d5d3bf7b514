import type { Kysely, Selectable } from 'kysely';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit, type RecordsModule } from '#storage/records.ts';

/** The certificates that were issued to devices here: one that is not on record, or revoked, opens nothing. */
export interface CertificateTables {
  device_certificate: {
    /** SHA-256 of the certificate, hexadecimal. */
    fingerprint: string;
    device: string;
    serial: string;
    not_before: number;
    not_after: number;
    issued_at: number;
    revoked_at: number | null;
  };
}

export interface DeviceCertificate {
  device: DeviceId;
  /** SHA-256 of the certificate, hexadecimal, lower case. */
  fingerprint: string;
  serial: string;
  notBefore: Millis;
  notAfter: Millis;
  issuedAt: Millis;
  revokedAt: Millis | null;
}

type Trx = Kysely<CertificateTables>;

export const noteCertificate = unit(
  'telemetry.noteCertificate',
  async (trx: Trx, issued: Omit<DeviceCertificate, 'revokedAt'>): Promise<void> => {
    const { device, fingerprint, serial, notBefore, notAfter, issuedAt } = issued;
    const times = { not_before: notBefore, not_after: notAfter, issued_at: issuedAt, revoked_at: null };
    await trx
      .insertInto('device_certificate')
      .values({ device, fingerprint, serial, ...times })
      .execute();
  },
);

export const findCertificate = unit(
  'telemetry.findCertificate',
  async (trx: Trx, fingerprint: string): Promise<DeviceCertificate | null> => {
    const row = await find(trx).where('fingerprint', '=', fingerprint).executeTakeFirst();
    return row ? toCertificate(row) : null;
  },
);

/** Those of a device, the newest first. */
export const listCertificates = unit(
  'telemetry.listCertificates',
  async (trx: Trx, { device, limit }: { device: DeviceId; limit: number }): Promise<DeviceCertificate[]> => {
    const rows = await find(trx).where('device', '=', device).orderBy('issued_at', 'desc').limit(limit).execute();
    return rows.map(toCertificate);
  },
);

/** @throws PolisError `not-found`. */
export const revokeCertificate = unit(
  'telemetry.revokeCertificate',
  async (
    trx: Trx,
    { device, fingerprint, at }: { device: DeviceId; fingerprint: string; at: Millis },
  ): Promise<DeviceCertificate> => {
    const row = await find(trx).where('fingerprint', '=', fingerprint).where('device', '=', device).executeTakeFirst();
    if (!row) throw new PolisError('not-found', `${device} has no certificate ${fingerprint.slice(0, 64)}.`);
    const revokedAt = row.revoked_at ?? at;
    await trx
      .updateTable('device_certificate')
      .set({ revoked_at: revokedAt })
      .where('fingerprint', '=', fingerprint)
      .execute();
    return { ...toCertificate(row), revokedAt };
  },
);

function find(trx: Trx) {
  return trx.selectFrom('device_certificate').selectAll();
}

function toCertificate(row: Selectable<CertificateTables['device_certificate']>): DeviceCertificate {
  const { device, fingerprint, serial } = row;
  return {
    device,
    fingerprint,
    serial,
    notBefore: row.not_before,
    notAfter: row.not_after,
    issuedAt: row.issued_at,
    revokedAt: row.revoked_at,
  };
}

export const certificateUnits = [noteCertificate, findCertificate, listCertificates, revokeCertificate];

export const certificateMigrations: RecordsModule['migrations'] = [
  {
    id: '0004-device-certificates',
    async up(db) {
      await db.schema
        .createTable('device_certificate')
        .addColumn('fingerprint', 'text', (column) => column.primaryKey())
        .addColumn('device', 'text', (column) => column.notNull())
        .addColumn('serial', 'text', (column) => column.notNull())
        .addColumn('not_before', 'bigint', (column) => column.notNull())
        .addColumn('not_after', 'bigint', (column) => column.notNull())
        .addColumn('issued_at', 'bigint', (column) => column.notNull())
        .addColumn('revoked_at', 'bigint')
        .execute();
      await db.schema
        .createIndex('device_certificate_device')
        .on('device_certificate')
        .columns(['device', 'issued_at'])
        .execute();
    },
  },
];
