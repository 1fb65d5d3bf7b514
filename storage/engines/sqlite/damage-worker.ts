import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '#estate/errors.ts';
import { answerQuestions, threadInput } from '../thread.ts';
import { isDamage } from './failure.ts';

/** A table to look through, or null: which tables there are. */
export type DamageQuestion = string | null;

/** Reads one SQLite file beside its owner. Each table is looked through with a question of its own. */
const database = new DatabaseSync(threadInput<{ file: string }>().file, { readOnly: true });

answerQuestions(answer, () => database.close());

/** The names of the tables; of one table what is wrong with it, or its indexes. */
async function answer(table: DamageQuestion): Promise<string[]> {
  if (table === null) return column(`SELECT name FROM sqlite_master WHERE type = 'table'`);
  try {
    return column(`PRAGMA quick_check("${table}")`).filter((found) => found !== 'ok');
  } catch (error) {
    if (isDamage(error)) return [messageOf(error)];
    throw error;
  }
}

function column(sql: string): string[] {
  return database
    .prepare(sql)
    .all()
    .flatMap((row) => Object.values(row).map(String));
}
