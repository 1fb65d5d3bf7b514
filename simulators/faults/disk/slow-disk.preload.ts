import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { steadyMs } from '#estate/clock.ts';

/**
 * Loaded before polisgrid (`node --import`), in each of its threads: every commit to SQLite waits as long as a file
 * says, in ms. So the product needs no switch for it.
 */
const file = process.env['POLISGRID_SIM_COMMIT_DELAY_FILE'];
const LOOK_EVERY_MS = 100;
const pause = new Int32Array(new SharedArrayBuffer(4));
let delayMs = 0;
let lookAt = 0;

function currentDelay(): number {
  if (file === undefined || steadyMs() < lookAt) return delayMs;
  lookAt = steadyMs() + LOOK_EVERY_MS;
  try {
    delayMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    // Not there yet: nothing is slow.
    delayMs = 0;
  }
  return delayMs;
}

const exec = Reflect.get(DatabaseSync.prototype, 'exec') as (this: DatabaseSync, sql: string) => void;

DatabaseSync.prototype.exec = function execSlowly(this: DatabaseSync, sql: string): void {
  exec.call(this, sql);
  if (!/^\s*COMMIT\b/i.test(sql)) return;
  const waitMs = currentDelay();
  if (waitMs > 0) Atomics.wait(pause, 0, 0, waitMs);
};
