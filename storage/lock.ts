import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { PolisError } from '#estate/errors.ts';

/**
 * Makes sure that one process at a time works in a data folder. The lock is the operating system's, held through an open
 * SQLite transaction, so it is gone with the process however that ends.
 *
 * @returns releases the lock.
 * @throws PolisError `conflict` when another process holds the folder.
 */
export function lockFolder(folder: string): () => void {
  const database = new DatabaseSync(join(folder, 'lock.db'));
  try {
    database.exec('PRAGMA journal_mode=DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new PolisError(
      'conflict',
      `Another polisgrid is at work in ${folder}; stop it, or choose another folder with --data.`,
      {
        cause: error,
      },
    );
  }
  return () => database.close();
}
