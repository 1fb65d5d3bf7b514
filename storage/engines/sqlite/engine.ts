import { PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '../../records.ts';
import { openThread, uncarry } from '../thread.ts';
import { watchForDamage } from './damage.ts';
import { createGroupCommit } from './group-commit.ts';
import type { UnitCall, UnitEnd, WorkerInput } from './worker.ts';

/**
 * Records in one SQLite file (WAL, synchronous=FULL), owned by a worker thread: while one batch commits, the next
 * gathers, so that the cost of a commit is shared and the main thread never waits for a disk.
 *
 * @param input the file, or `:memory:`, and the URLs of the rooms' record modules.
 * @param ground where there is one, the file is looked through for damage, too.
 * @throws PolisError `unavailable` when the file cannot be opened.
 */
export async function openSqliteRecords(input: WorkerInput, ground?: Pick<Ground, 'clock' | 'log'>): Promise<Records> {
  const store = `The SQLite store ${input.file}`;
  const thread = await openThread<UnitCall[], UnitEnd[]>(new URL('./worker.ts', import.meta.url), { store, input });
  const group = createGroupCommit<UnitCall, UnitEnd>((batch) => thread.ask(batch));
  const stopWatching = ground && watchForDamage(input.file, ground);
  let closed = false;

  return {
    engine: 'sqlite',
    pending: () => group.pending(),
    async run<Output>({ name }: { name: string }, unitInput: unknown): Promise<Output> {
      if (closed) throw new PolisError('unavailable', `${store} is closed.`);
      const end = await group.add({ name, input: unitInput });
      if ('error' in end) throw uncarry(end.error);
      return end.output as Output;
    },
    async close() {
      closed = true;
      await group.settled();
      await stopWatching?.();
      await thread.close();
    },
  };
}
