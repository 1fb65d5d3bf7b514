import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, MINUTE } from '#estate/units.ts';
import { openThread } from '../thread.ts';
import type { DamageQuestion } from './damage-worker.ts';

const MOST_TOLD = 3;

/**
 * Looks through a SQLite file for damage a minute after the start and then each day, and tells of it in the log. It is
 * read in a thread of its own beside its owner, who does not wait: 1.7 GB, of a million sessions, take some seconds.
 * What is found is a page that is not what SQLite wrote; a byte that changed inside of a value is not.
 *
 * @returns stops it; resolves once the file is read no more.
 */
export function watchForDamage(file: string, { clock, log }: Pick<Ground, 'clock' | 'log'>): () => Promise<void> {
  let stopped = false;
  let looking = Promise.resolve();
  const look = async () => {
    try {
      const found = await damageIn(file, () => stopped);
      if (found.length === 0) return log.debug({ file }, 'This store was looked through, and is sound.');
      log.error(
        { file, found: found.slice(0, MOST_TOLD), count: found.length },
        'This store is damaged. Stop polisgrid and restore a copy of it, or save what can be saved with .recover of sqlite3.',
      );
    } catch (error) {
      log.warn({ file, error: messageOf(error) }, 'It could not be seen whether this store is damaged.');
    }
  };
  const again = () => void (looking = looking.then(() => (stopped ? undefined : look())));
  const cancels = [clock.after(MINUTE, again), clock.every(DAY, again)];
  return async () => {
    stopped = true;
    for (const cancel of cancels) cancel();
    await looking;
  };
}

/** What is wrong with a file: each table with its indexes, one after another, so that it can be stopped between. */
async function damageIn(file: string, isOver: () => boolean): Promise<string[]> {
  const store = `The SQLite store ${file}`;
  const input = { file };
  const thread = await openThread<DamageQuestion, string[]>(new URL('./damage-worker.ts', import.meta.url), {
    store,
    input,
  });
  try {
    const found: string[] = [];
    for (const table of await thread.ask(null)) {
      if (isOver()) break;
      found.push(...(await thread.ask(table)).map((what) => `${table}: ${what}`));
    }
    return found;
  } finally {
    await thread.close();
  }
}
