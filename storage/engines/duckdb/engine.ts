import type { Series } from '../../series.ts';
import { openThread } from '../thread.ts';
import type { Answers, Question, WorkerInput } from './worker.ts';

/**
 * Series in one DuckDB file, owned by a worker thread: a table for each device type, a column for each metric. An append
 * is one transaction, which is on disk when it resolves.
 *
 * @param input the file, or `:memory:`.
 * @throws PolisError `unavailable` when the file cannot be opened.
 */
export async function openDuckdbSeries(input: WorkerInput): Promise<Series> {
  const store = `The DuckDB store ${input.file}`;
  const thread = await openThread<Question, unknown>(new URL('./worker.ts', import.meta.url), { store, input });
  // The thread answers each kind of question with its own kind of answer.
  const ask = <Kind extends keyof Answers>(question: Extract<Question, { kind: Kind }>) =>
    thread.ask(question) as Promise<Answers[Kind]>;

  return {
    engine: 'duckdb',
    append: (readings) => ask<'append'>({ kind: 'append', readings }),
    query: (query) => ask<'query'>({ kind: 'query', query }),
    last: (devices, now) => ask<'last'>({ kind: 'last', devices, now }),
    close: () => thread.close(),
  };
}
