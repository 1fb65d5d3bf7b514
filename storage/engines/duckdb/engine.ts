import type { RollupOptions } from '../../rollups/rollups.ts';
import { pagesOf } from '../../rollups/pages.ts';
import type { Series } from '../../series.ts';
import { openThread } from '../thread.ts';
import { unpack } from './packed.ts';
import type { Answers, Question, WorkerInput } from './worker.ts';

/** `series.duckdb`, next to which the folder `series` holds the files; or `:memory:`. */
export interface DuckdbOptions extends RollupOptions {
  file: string;
}

/** A batch of readings or an answer for the estate is some 10 MB of objects. */
const YOUNG_MB = 32;
const ENDING = /\.duckdb$/;

/**
 * Series in DuckDB files, owned by a worker thread: a file for each day, in it a table for each device type, a column
 * for each metric; roll-ups in files of their own. An append is on disk when it resolves. What the file of an earlier
 * version holds is moved at opening.
 *
 * @throws PolisError `unavailable` when the files cannot be opened.
 */
export async function openDuckdbSeries({ file, counters, keep }: DuckdbOptions): Promise<Series> {
  const isInMemory = file === ':memory:';
  const folder = isInMemory ? null : ENDING.test(file) ? file.replace(ENDING, '') : `${file}.files`;
  const input: WorkerInput = { folder, former: isInMemory ? null : file, counters, keep };
  const store = `The DuckDB store ${folder ?? file}`;
  const thread = await openThread<Question, unknown>(new URL('./worker.ts', import.meta.url), {
    store,
    input,
    youngMb: YOUNG_MB,
  });
  // The thread answers each kind of question with its own kind of answer.
  const ask = <Kind extends keyof Answers>(question: Extract<Question, { kind: Kind }>) =>
    thread.ask(question) as Promise<Answers[Kind]>;

  return {
    engine: 'duckdb',
    append: (readings) => ask<'append'>({ kind: 'append', readings }),
    query: async (query) => unpack(await ask<'query'>({ kind: 'query', query })),
    last: (devices, now) => ask<'last'>({ kind: 'last', devices, now }),
    rows: (query) => pagesOf((asked) => ask<'rows'>({ kind: 'rows', asked: { ...asked, received: true } }), query),
    parquet: async (query, to) => void (await ask<'parquet'>({ kind: 'parquet', query, file: to })),
    upkeep: (now) => ask<'upkeep'>({ kind: 'upkeep', now }),
    learn: async (more) => void (await ask<'learn'>({ kind: 'learn', counters: more })),
    close: () => thread.close(),
  };
}
