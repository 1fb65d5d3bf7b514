import { DuckDBInstance } from '@duckdb/node-api';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { DeadReading, SeriesQuery, SeriesResult } from '../../series.ts';
import { answerQuestions, threadInput } from '../thread.ts';
import { createReader } from './read.ts';
import { loadTables } from './tables.ts';
import { createWriter } from './write.ts';

export interface WorkerInput {
  file: string;
}

export type Question =
  | { kind: 'append'; readings: readonly Reading[] }
  | { kind: 'query'; query: SeriesQuery }
  | { kind: 'last'; devices: readonly DeviceId[]; now: Millis };

export interface Answers {
  append: DeadReading[];
  query: SeriesResult[];
  last: Reading[];
}

/** The thread that owns one DuckDB file: one connection writes, another reads, so that a dashboard waits for no append. */
const { file } = threadInput<WorkerInput>();
const instance = await DuckDBInstance.create(file, {
  memory_limit: '256MB',
  threads: '2',
  // It would fetch them from the Internet.
  autoinstall_known_extensions: 'false',
});
const writing = await instance.connect();
const reading = await instance.connect();
const tables = await loadTables(writing);
const writer = createWriter(writing, tables);
const reader = createReader(reading, tables);

answerQuestions<Question, Answers[keyof Answers]>(
  (question) => {
    switch (question.kind) {
      case 'append':
        return writer.append(question.readings);
      case 'query':
        return reader.query(question.query);
      case 'last':
        return reader.last(question.devices, question.now);
    }
  },
  () => {
    writing.closeSync();
    reading.closeSync();
    instance.closeSync();
  },
);
