import { join } from 'node:path';
import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { createJournal, type Journal } from '#storage/journal.ts';
import { openRecords } from '#storage/open.ts';
import { createSecretBox, loadSecretKey } from '#storage/secrets.ts';
import type { Series } from '#storage/series.ts';
import { createTelemetry } from '#telemetry/index.ts';

/** Telemetry in a process of its own: `node room.ts FOLDER journal|none`. What it measures is kept in no series store. */
const [dataFolder = '', kind] = process.argv.slice(2);
const module = (file: string) => new URL(`../../../${file}`, import.meta.url).href;

const unasked = () => Promise.reject(new Error('Nobody asks this here.'));
const series: Series = {
  engine: 'none',
  append: () => Promise.resolve([]),
  last: () => Promise.resolve([]),
  query: unasked,
  async *rows() {},
  parquet: unasked,
  upkeep: unasked,
  learn: unasked,
  close: () => Promise.resolve(),
};
/** Everything is in it at once, and nothing comes out. */
const forgetful: Journal = {
  append: () => Promise.resolve(0),
  read: () => Promise.resolve([]),
  recent: () => Promise.resolve([]),
  head: () => Promise.resolve(0),
  cursor: () => Promise.resolve(0),
  advance: () => Promise.resolve(),
  trim: () => Promise.resolve(0),
  close: () => Promise.resolve(),
};

const records = await openRecords('sqlite', {
  modules: [module('storage/registry.ts'), module('telemetry/records.ts')],
  dataFolder,
});
const open = async () =>
  createJournal(await openRecords('sqlite:journal.db', { modules: [module('storage/journal.ts')], dataFolder }));
const telemetry = createTelemetry(
  {
    records,
    journal: kind === 'journal' ? await open() : forgetful,
    series,
    secrets: createSecretBox(await loadSecretKey(join(dataFolder, 'secret.key'))),
    ground: { clock: systemClock, random: seededRandom('bench'), log: silentLog },
  },
  { host: '127.0.0.1', port: 0, hostId: 'main' },
);
const { port } = await telemetry.start();
process.send?.({ port });
