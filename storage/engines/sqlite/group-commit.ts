import { PolisError } from '#estate/errors.ts';
import { nextTurn } from '#estate/next-turn.ts';
import { neverLeft } from '../thread.ts';

const MOST_IN_A_COMMIT = 1_000;
const MOST_WAITING = 200_000;

/** Gathers what is asked for while a commit is under way, for the next one. */
export interface GroupCommit<Call, End> {
  /** Resolves after the commit with what became of the call. Calls are run in the order in which they were added. */
  add(call: Call): Promise<End>;
  /** How many wait for their commit. */
  pending(): number;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
}

interface Waiting<Call, End> {
  call: Call;
  ended: PromiseWithResolvers<End>;
}

/**
 * @param commit runs a batch in order and answers one end for each call, in the same order, once all are durable. A batch
 *   that cannot even leave for its thread is halved, until the calls that are to blame fail alone.
 */
export function createGroupCommit<Call, End>(commit: (batch: Call[]) => Promise<End[]>): GroupCommit<Call, End> {
  const gathered: Waiting<Call, End>[] = [];
  let committing = 0;
  let turns: Promise<void> | null = null;

  const run = async (batch: Waiting<Call, End>[]): Promise<void> => {
    try {
      const ends = await commit(batch.map(({ call }) => call));
      batch.forEach(({ ended }, index) => {
        const end = ends[index];
        if (end === undefined) ended.reject(new PolisError('internal', 'A commit answered too few calls.'));
        else ended.resolve(end);
      });
    } catch (error) {
      if (batch.length > 1 && neverLeft(error)) {
        const half = Math.ceil(batch.length / 2);
        await run(batch.slice(0, half));
        return run(batch.slice(half));
      }
      for (const { ended } of batch) ended.reject(error);
    }
    committing -= batch.length;
  };
  const turn = () => {
    const batch = gathered.splice(0, MOST_IN_A_COMMIT);
    committing = batch.length;
    return run(batch);
  };
  const takeTurns = async () => {
    // What else is asked for in this round of the event loop shares the commit.
    await nextTurn();
    while (gathered.length > 0) await turn();
    turns = null;
  };

  return {
    add(call) {
      if (gathered.length >= MOST_WAITING) {
        return Promise.reject(new PolisError('unavailable', 'Too much waits to be stored; try again in a moment.'));
      }
      const ended = Promise.withResolvers<End>();
      gathered.push({ call, ended });
      turns ??= takeTurns();
      return ended.promise;
    },
    pending: () => committing + gathered.length,
    async settled() {
      await turns;
    },
  };
}
