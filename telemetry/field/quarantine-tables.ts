import type { Kysely } from 'kysely';
import { unit, type AnyUnit, type TableMigration } from '#storage/records.ts';
import type { Birth } from '../dialects/dialect.ts';
import type { Quarantined } from './quarantine.ts';

/** What waits for a person to find a place for it, and which types were adopted. */
interface QuarantineTables {
  quarantined: {
    id: string;
    site: string;
    device: string;
    metric: string | null;
    reason: string;
    times: number;
    first_at: number;
    last_at: number;
    value: number | null;
    node: string | null;
    /** JSON. */
    birth: string | null;
  };
  adopted_type: AdoptedType;
}

/** A type of device that polisgrid did not come with. */
export interface AdoptedType {
  type: string;
  /** The known type that it is taken for; null: it has its own metrics. */
  mapped: string | null;
  title: string;
  /** As in a DeviceType, JSON. */
  metrics: string;
  at: number;
}

type Trx = Kysely<QuarantineTables>;

export interface QuarantineChanges {
  kept: readonly Quarantined[];
  /** Ids. */
  gone: readonly string[];
}

export const keepQuarantined = unit(
  'telemetry.keepQuarantined',
  async (trx: Trx, { kept, gone }: QuarantineChanges): Promise<void> => {
    for (const id of gone) await trx.deleteFrom('quarantined').where('id', '=', id).execute();
    for (const entry of kept) {
      const row = toRow(entry);
      await trx
        .insertInto('quarantined')
        .values(row)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    }
  },
);

/** All that is in quarantine, the latest last. */
export const listQuarantined = unit('telemetry.listQuarantined', async (trx: Trx): Promise<Quarantined[]> => {
  const rows = await trx.selectFrom('quarantined').selectAll().orderBy('last_at').orderBy('id').execute();
  return rows.map(toEntry);
});

export const noteAdoption = unit('telemetry.noteAdoption', async (trx: Trx, adopted: AdoptedType): Promise<void> => {
  await trx
    .insertInto('adopted_type')
    .values(adopted)
    .onConflict((conflict) => conflict.column('type').doUpdateSet(adopted))
    .execute();
});

export const listAdopted = unit('telemetry.listAdopted', (trx: Trx): Promise<AdoptedType[]> =>
  trx.selectFrom('adopted_type').selectAll().orderBy('type').execute(),
);

function toRow({ firstAt, lastAt, held, ...entry }: Quarantined): QuarantineTables['quarantined'] {
  const birth = held === null ? null : JSON.stringify(held.birth);
  return { ...entry, first_at: firstAt, last_at: lastAt, node: held?.node ?? null, birth };
}

function toEntry({ first_at, last_at, node, birth, ...row }: QuarantineTables['quarantined']): Quarantined {
  const held = node === null || birth === null ? null : { node, birth: JSON.parse(birth) as Birth };
  return { ...row, firstAt: first_at, lastAt: last_at, held };
}

export const quarantineUnits: readonly AnyUnit[] = [keepQuarantined, listQuarantined, noteAdoption, listAdopted];

export const quarantineMigration: TableMigration = {
  id: '0002-quarantine',
  async up(db) {
    await db.schema
      .createTable('quarantined')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('site', 'text', (column) => column.notNull())
      .addColumn('device', 'text', (column) => column.notNull())
      .addColumn('metric', 'text')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('times', 'bigint', (column) => column.notNull())
      .addColumn('first_at', 'bigint', (column) => column.notNull())
      .addColumn('last_at', 'bigint', (column) => column.notNull())
      .addColumn('value', 'double precision')
      .addColumn('node', 'text')
      .addColumn('birth', 'text')
      .execute();
    await db.schema
      .createTable('adopted_type')
      .addColumn('type', 'text', (column) => column.primaryKey())
      .addColumn('mapped', 'text')
      .addColumn('title', 'text', (column) => column.notNull())
      .addColumn('metrics', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .execute();
  },
};
