import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded before polisgrid (`node --import`), in each of its threads: every commit to SQLite waits a little, as on a slower
 * disk. So the product needs no switch for it.
 */
const delayMs = Number(process.env['BENCH_COMMIT_DELAY_MS'] ?? 0);
const pause = new Int32Array(new SharedArrayBuffer(4));
const exec = Reflect.get(DatabaseSync.prototype, 'exec') as (this: DatabaseSync, sql: string) => void;

DatabaseSync.prototype.exec = function execSlowly(this: DatabaseSync, sql: string): void {
  exec.call(this, sql);
  if (/^COMMIT\b/i.test(sql)) Atomics.wait(pause, 0, 0, delayMs);
};
