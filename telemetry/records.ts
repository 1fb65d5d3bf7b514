import type { RecordsModule } from '#storage/records.ts';
import { certificateMigrations, certificateUnits } from './access/device-certificates.ts';
import { createDeadLetterTable, deadLetterUnits } from './accounting/dead-letter-tables.ts';
import { quarantineMigration, quarantineUnits } from './field/quarantine-tables.ts';
import { createFieldTables, fieldUnits, receivedEventsMigration } from './field/tables.ts';
import { orderMigrations } from './orders/tables.ts';
import { orderUnits } from './orders/units.ts';

/** What telemetry keeps for good. */
export const records: RecordsModule = {
  room: 'telemetry',
  units: [...fieldUnits, ...deadLetterUnits, ...quarantineUnits, ...certificateUnits, ...orderUnits],
  migrations: [
    {
      id: '0001-first-tables',
      async up(db) {
        await createFieldTables(db);
        await createDeadLetterTable(db);
      },
    },
    quarantineMigration,
    ...certificateMigrations,
    ...orderMigrations,
    receivedEventsMigration,
  ],
};
