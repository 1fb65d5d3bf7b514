import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded before polisgrid (`node --import`), in each of its threads: a file says what is wrong with the disk, and before a
 * transaction SQLite is told so. It then answers as it does on such a disk: SQLITE_FULL, or SQLITE_READONLY.
 */
const file = process.env['POLISGRID_TEST_DISK_FILE'];
const STATES: Readonly<Record<string, string>> = {
  fair: 'PRAGMA query_only=OFF; PRAGMA max_page_count=4294967294',
  // No page more than there are.
  full: 'PRAGMA query_only=OFF; PRAGMA max_page_count=1',
  'read-only': 'PRAGMA query_only=ON',
};
const known = new WeakMap<DatabaseSync, string>();

function stateNow(): string {
  try {
    return readFileSync(file ?? '', 'utf8');
  } catch {
    // Nothing is wrong yet.
    return 'fair';
  }
}

const exec = Reflect.get(DatabaseSync.prototype, 'exec') as (this: DatabaseSync, sql: string) => void;

DatabaseSync.prototype.exec = function execOnDisk(this: DatabaseSync, sql: string): void {
  if (/^BEGIN IMMEDIATE\b/.test(sql)) {
    const state = stateNow();
    if (state !== (known.get(this) ?? 'fair')) exec.call(this, STATES[state] ?? '');
    known.set(this, state);
  }
  exec.call(this, sql);
};
