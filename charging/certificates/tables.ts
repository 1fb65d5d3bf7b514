import type { Kysely } from 'kysely';
import type { RecordsModule } from '#storage/records.ts';

export interface CertificateTables {
  /** Certificates with which chargers sign in, and requests for some that were refused. */
  charger_certificate: {
    id: string;
    charger: string;
    use: string;
    state: string;
    /** Why it is in that state, for a person. */
    reason: string | null;
    serial: string | null;
    fingerprint: string | null;
    not_before: number | null;
    not_after: number | null;
    /** Null: a request, or a certificate that another authority signed. */
    pem: string | null;
    issued_at: number;
    used_at: number | null;
    /** Until when it may be used beside its successor. */
    overlap_until: number | null;
  };
  /** The certificates that a charger trusts, as it last listed them. */
  installed_certificate: {
    charger: string;
    type: string;
    hash_algorithm: string;
    issuer_name_hash: string;
    issuer_key_hash: string;
    serial: string;
    seen_at: number;
  };
}

export type CertificateTrx = Kysely<CertificateTables>;

export const certificateMigrations: RecordsModule['migrations'] = [
  {
    id: '0007-certificates',
    async up(db) {
      await db.schema
        .createTable('charger_certificate')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('use', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('reason', 'text')
        .addColumn('serial', 'text')
        .addColumn('fingerprint', 'text')
        .addColumn('not_before', 'bigint')
        .addColumn('not_after', 'bigint')
        .addColumn('pem', 'text')
        .addColumn('issued_at', 'bigint', (column) => column.notNull())
        .addColumn('used_at', 'bigint')
        .addColumn('overlap_until', 'bigint')
        .execute();
      const indexes = {
        charger_certificate_charger: ['charger', 'issued_at', 'id'],
        charger_certificate_fingerprint: ['fingerprint'],
        charger_certificate_end: ['state', 'not_after'],
      };
      for (const [name, columns] of Object.entries(indexes)) {
        await db.schema.createIndex(name).on('charger_certificate').columns(columns).execute();
      }
      await db.schema
        .createTable('installed_certificate')
        .addColumn('charger', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('hash_algorithm', 'text', (column) => column.notNull())
        .addColumn('issuer_name_hash', 'text', (column) => column.notNull())
        .addColumn('issuer_key_hash', 'text', (column) => column.notNull())
        .addColumn('serial', 'text', (column) => column.notNull())
        .addColumn('seen_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('installed_certificate_key', ['charger', 'type', 'issuer_key_hash', 'serial'])
        .execute();
    },
  },
];
