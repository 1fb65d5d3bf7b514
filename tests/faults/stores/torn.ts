import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startTestPlatform } from '../../platform/in-process.ts';
import type { SessionView } from '../../platform/views.ts';
import type { FaultOn } from '../fault-table.ts';
import { removeStore, STORES, tear, type Confirmed, type KilledFolder } from './killed-folder.ts';

/** In the log's last frame it is torn each so many bytes: at every byte by `npm run test:faults`. */
const STEP = Number(process.env['POLISGRID_TEST_TORN_STEP'] ?? 32);
const FRAME_BYTES = 24 + 4_096;

/** The lengths to which the log is cut: in its last frame byte by byte or nearly so, and at each confirmation. */
function lengths(confirmed: readonly Confirmed[], whole: number): number[] {
  const tail = Array.from({ length: Math.ceil(FRAME_BYTES / STEP) }, (_, n) => whole - FRAME_BYTES + n * STEP);
  const edges = confirmed.flatMap(({ walBytes }) => [walBytes - 1, walBytes, walBytes + 1, walBytes + 23]);
  return [...new Set([...tail, ...edges, whole])].filter((bytes) => bytes <= whole).toSorted((a, b) => b - a);
}

/** What is wrong with the records in a file, given what was confirmed in as much of the log as is left. */
function wrongs(file: string, promised: readonly Confirmed[]): string[] {
  using database = new DatabaseSync(file);
  const column = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .flatMap((row) => Object.values(row).map(String));
  const events = new Set(
    column(
      `SELECT e.phase || ' ' || s."transaction" FROM transaction_event e JOIN charging_session s ON s.id = e.session`,
    ),
  );
  const lost = promised.filter(({ phase, transaction }) => !events.has(`${phase} ${transaction}`));
  const half = column(`
    SELECT id FROM charging_session s
    WHERE (state = 'ended') <> EXISTS (SELECT 1 FROM transaction_event WHERE session = s.id AND phase = 'ended')
    OR NOT EXISTS (SELECT 1 FROM transaction_event WHERE session = s.id AND phase = 'began')`);
  const broken = column('PRAGMA integrity_check').filter((found) => found !== 'ok');
  return [
    ...lost.map(({ phase, transaction }) => `lost: ${phase} ${transaction}`),
    ...half.map((id) => `half: ${id}`),
    ...broken,
  ];
}

/** Opens the records with their log torn at many places, as SQLite does it. */
async function tornAnywhere({ path, confirmed, ...folder }: KilledFolder): Promise<string> {
  const whole = (await stat(join(path, 'records.db-wal'))).size;
  await using copy = await folder.copy();
  const place = join(copy.path, 'torn');
  await mkdir(place);
  const file = join(place, 'records.db');
  const cuts = lengths(confirmed, whole);
  for (const bytes of cuts) {
    await copyFile(join(path, 'records.db'), file);
    await copyFile(join(path, 'records.db-wal'), `${file}-wal`);
    await tear(`${file}-wal`, bytes);
    const found = wrongs(
      file,
      confirmed.filter(({ walBytes }) => walBytes <= bytes),
    );
    if (found.length > 0) return `torn after ${bytes} bytes: ${found.slice(0, 3).join(', ')}`;
    await removeStore(file);
  }
  return cuts.length > 100 ? 'what was confirmed by then is there, and nothing half' : `only ${cuts.length} places`;
}

/** Starts the platform on stores that are both torn inside of their last frame. */
async function tornPlatform(folder: KilledFolder): Promise<string> {
  await using copy = await folder.copy();
  for (const store of STORES) {
    const wal = join(copy.path, `${store}-wal`);
    await tear(wal, (await stat(wal)).size - FRAME_BYTES / 2);
  }
  await using polisgrid = await startTestPlatform({ data: copy.path });
  const sessions = await polisgrid.admin.everything<SessionView>('/v1/sessions');
  const ended = sessions.filter(({ state, energyWh }) => state === 'ended' && energyWh === 500).length;
  return `${sessions.length} sessions, of which ${ended >= sessions.length - 1 ? 'at most the last has not ended' : `${ended} ended`}`;
}

export const TORN_FAULTS: FaultOn<KilledFolder>[] = [
  {
    name: 'the log of the records torn at many places',
    observe: tornAnywhere,
    expected: 'what was confirmed by then is there, and nothing half',
  },
  {
    name: 'records and journal torn inside of their last frame, and the platform started on them',
    observe: tornPlatform,
    expected: '10 sessions, of which at most the last has not ended',
  },
];
