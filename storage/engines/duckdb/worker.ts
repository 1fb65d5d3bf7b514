import { DuckDBInstance } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import { createCounters } from '../../rollups/counters.ts';
import { createRollups, type RollupOptions } from '../../rollups/rollups.ts';
import type { RowsAsked, Shelf } from '../../rollups/shelf.ts';
import { beginOf } from '../../rollups/tiers.ts';
import { createTouched } from '../../rollups/touched.ts';
import type { Counter, DeadReading, RowsQuery, SeriesQuery, Upkeep } from '../../series.ts';
import { answerQuestions, threadInput } from '../thread.ts';
import { migrate } from './migrate.ts';
import { createNewest } from './newest.ts';
import { openNotes } from './notes.ts';
import { pack, type Packed } from './packed.ts';
import { writeParquet } from './parquet.ts';
import { openPartitions } from './partitions.ts';
import { createTurn } from '../turn.ts';
import { createAsk, createReader } from './read.ts';
import { createRollupFiles } from './rollup-files.ts';
import { createRows } from './rows.ts';
import { createSealing } from './seal.ts';
import { createWriter } from './write.ts';

export interface WorkerInput extends RollupOptions {
  /** Where the files are; null: in memory. */
  folder: string | null;
  /** The one file of earlier versions, if any. */
  former: string | null;
}

export type Question =
  | { kind: 'append'; readings: readonly Reading[] }
  | { kind: 'query'; query: SeriesQuery }
  | { kind: 'last'; devices: readonly DeviceId[]; now: Millis }
  | { kind: 'rows'; asked: RowsAsked }
  | { kind: 'parquet'; query: RowsQuery; file: string }
  | { kind: 'upkeep'; now: Millis }
  | { kind: 'learn'; counters: readonly Counter[] };

export interface Answers {
  append: DeadReading[];
  query: Packed[];
  last: Reading[];
  rows: Reading[];
  parquet: null;
  upkeep: Upkeep;
  learn: null;
}

const { folder, former, ...options } = threadInput<WorkerInput>();
if (folder !== null) await mkdir(folder, { recursive: true });
const instance = await DuckDBInstance.create(':memory:', {
  memory_limit: '256MB',
  threads: '2',
  // A log that is written into its file less often is written into it less in all.
  checkpoint_threshold: '32MB',
  // It would fetch them from the Internet.
  autoinstall_known_extensions: 'false',
  ...(folder === null ? {} : { temp_directory: join(folder, 'temporary') }),
});
/** One connection writes, one answers and one rolls up, so that a dashboard waits for neither. */
const writing = await instance.connect();
const reading = await instance.connect();
const rolling = await instance.connect();
/** And one makes and drops files and columns: never within a transaction of another. */
const filing = await instance.connect();
const sealing = await instance.connect();

const partitions = await openPartitions(filing, folder);
const notes = await openNotes(writing, folder);
const counters = createCounters(options.counters);
const touched = createTouched(counters);
const newest = createNewest(writing, touched);
const append = createWriter({ connection: writing, partitions, newest, touched, notes });
touched.add(await notes.load());
const ask = createAsk(reading);
const reader = createReader(ask, partitions);
const rows = createRows(ask, partitions);
const rollupFiles = createRollupFiles(rolling, ask, partitions);

/** One after another: on the connection that writes. */
const inTurn = createTurn();

const shelf: Shelf = {
  ...rollupFiles,
  rows,
  rawParts: (asked, width) => reader.parts(asked, width),
  keep: (tier, rollups) => rollupFiles.keep(tier, rollups),
  between: inTurn,
  renote: (all) => inTurn(() => notes.replace(all())),
  async drop(horizon) {
    for (const kind of ['raw', 'quarter', 'day'] as const) partitions.drop(kind, horizon[kind]);
  },
};
const settle = createSealing({ connection: sealing, partitions, folder, inTurn });
const rollups = createRollups({ shelf, touched, counters }, options);
if (former !== null) await migrate({ connection: writing, partitions, touched, notes }, former);

async function query(asked: SeriesQuery): Promise<Packed[]> {
  const { step } = asked;
  if (step !== undefined) return pack(await rollups.query({ ...asked, step }));
  return pack(await reader.points({ ...asked, from: Math.max(asked.from, rollups.horizon().raw) }));
}

async function learn(more: readonly Counter[]): Promise<null> {
  counters.learn(more);
  return null;
}

const upkeepTurn = createTurn();
async function upkeep(now: Millis): Promise<Upkeep> {
  await partitions.purge();
  const did = await rollups.upkeep(now);
  // By then most of what is late has come.
  await settle(beginOf(Math.max(0, now - 90 * MINUTE), DAY));
  return did;
}

async function parquet(asked: RowsQuery, file: string): Promise<null> {
  const exporting = await instance.connect();
  try {
    await writeParquet(exporting, partitions, { query: asked, file });
    return null;
  } finally {
    exporting.closeSync();
  }
}

answerQuestions<Question, Answers[keyof Answers]>(
  (question) => {
    switch (question.kind) {
      case 'append':
        return inTurn(() => append(question.readings, rollups.refusal));
      case 'query':
        return query(question.query);
      case 'last':
        return reader.last(question.devices, question.now);
      case 'rows':
        return rows(question.asked);
      case 'parquet':
        return parquet(question.query, question.file);
      case 'upkeep':
        return upkeepTurn(() => upkeep(question.now));
      case 'learn':
        return learn(question.counters);
    }
  },
  async () => {
    await upkeepTurn(() => partitions.purge());
    for (const connection of [writing, reading, rolling, filing, sealing]) connection.closeSync();
    instance.closeSync();
  },
);
