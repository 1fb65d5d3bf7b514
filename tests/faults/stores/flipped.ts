import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { handClock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { isoTime, MINUTE } from '#estate/units.ts';
import { crankUntil } from '../../platform/crank.ts';
import { openWire } from '../../../ocpp-server/specimens/wire.ts';
import { startTestPlatform } from '../../platform/in-process.ts';
import type { FaultOn } from '../fault-table.ts';
import { CHARGER, flip, type KilledFolder } from './killed-folder.ts';

const PAGE_BYTES = 4_096;

/** The first page of a table in a closed file; the log is merged into it first. */
function pageOf(file: string, table: string): number {
  using database = new DatabaseSync(file);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const row = database.prepare('SELECT rootpage FROM sqlite_master WHERE name = ?').get(table);
  return (Number(row?.['rootpage']) - 1) * PAGE_BYTES;
}

/** Flips the first byte of a table's first page, which says what kind of page it is. */
async function flipTable(data: string, table: string): Promise<void> {
  const file = join(data, 'records.db');
  await flip(file, pageOf(file, table));
}

/** A log that keeps its errors. */
function errorsOf(): { log: Log; errors: { fields: object; text: string }[] } {
  const errors: { fields: object; text: string }[] = [];
  const silent = () => undefined;
  return {
    errors,
    log: { debug: silent, info: silent, warn: silent, error: (fields, text) => errors.push({ fields, text }) },
  };
}

/** How a start on a folder ends. */
async function startOn(data: string): Promise<string> {
  try {
    await using _ = await startTestPlatform({ data });
    return 'it starts';
  } catch (error) {
    return messageOf(error).replaceAll(data, '…');
  }
}

/** Starts on a folder whose table of transaction messages is damaged: what is said of it, and what is still served. */
async function seenLater(data: string): Promise<string> {
  const clock = handClock(Date.UTC(2026, 4, 18, 6));
  const { log, errors } = errorsOf();
  await using polisgrid = await startTestPlatform({ data, clock, log });
  await clock.advance(MINUTE);
  const [first] = await crankUntil(clock, { ask: () => errors, holds: (told) => told.length > 0 });
  const named = JSON.stringify(first?.fields).includes(join(data, 'records.db')) ? 'records.db: ' : '';
  const { status } = await polisgrid.admin.get('/v1/sessions');
  const wire = await openWire(Number(new URL(polisgrid.platform.ocppUrl).port), { id: CHARGER });
  const start = { connectorId: 1, idTag: 'CARD', meterStart: 0, timestamp: isoTime(clock.now()) };
  const answer = await Promise.race([wire.call('StartTransaction', start), wire.closed]);
  return `${named}${first?.text.split('.')[0]}; reading is answered ${status}, a start is put off with ${String(answer)}`;
}

export const FLIPPED_FAULTS: FaultOn<KilledFolder>[] = [
  {
    name: 'a byte flipped in a page that the start reads',
    async observe(folder) {
      await using copy = await folder.copy();
      await flipTable(copy.path, 'kysely_migration');
      return await startOn(copy.path);
    },
    expected:
      'The SQLite store …/records.db failed: …/records.db cannot be used (database disk image is malformed): it is damaged; ' +
      'stop polisgrid and restore a copy of it, or save what can be saved with .recover of sqlite3.',
  },
  {
    name: 'a byte flipped in a page that is seldom read',
    async observe(folder) {
      await using copy = await folder.copy();
      await flipTable(copy.path, 'transaction_event');
      return await seenLater(copy.path);
    },
    expected: 'records.db: This store is damaged; reading is answered 200, a start is put off with 1013',
  },
];
