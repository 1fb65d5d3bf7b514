import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import type { Journal } from '#storage/journal.ts';

export interface Spool {
  /**
   * Resolves once the readings are in the journal; from then on they say when they were received.
   *
   * @throws PolisError `unavailable` when they are not: whoever sent them must send them again.
   */
  put(readings: readonly Reading[]): Promise<void>;
  /** Waits for what is under way. */
  settle(): Promise<void>;
}

interface Batch {
  readings: Reading[];
  committed: Promise<void>;
}

const MOST_IN_A_ROW = 500;
const MOST_WAITING = 50_000;

/**
 * Gathers the readings of many messages into few journal entries: while one batch commits, all that arrives becomes the
 * next. A row's body is a JSON array of readings.
 */
export function createSpool(deps: {
  journal: Pick<Journal, 'append'>;
  clock: Clock;
  onStored(readings: number): void;
}): Spool {
  let gathering: Batch | null = null;
  let before: Promise<unknown> = Promise.resolve();

  const store = async (readings: readonly Reading[]) => {
    const ts = deps.clock.now();
    const rows = [];
    for (let from = 0; from < readings.length; from += MOST_IN_A_ROW) {
      rows.push({ key: '', ts, body: JSON.stringify(readings.slice(from, from + MOST_IN_A_ROW)) });
    }
    // The journal has it of the whole row; so have those that are read from there.
    for (const reading of readings) reading.receivedAt = ts;
    await deps.journal.append('readings', rows);
    deps.onStored(readings.length);
  };
  const open = (): Batch => {
    const batch: Batch = { readings: [], committed: before.then(nextTurn).then(() => close(batch)) };
    // Each of those who put something in hears of a failure; the next batch tries for itself.
    before = batch.committed.catch(() => undefined);
    return batch;
  };
  const close = (batch: Batch): Promise<void> => {
    if (gathering === batch) gathering = null;
    return store(batch.readings);
  };

  return {
    put(readings) {
      if (readings.length === 0) return Promise.resolve();
      gathering ??= open();
      if (gathering.readings.length >= MOST_WAITING) {
        return Promise.reject(
          new PolisError('unavailable', 'More measurements wait for the journal than can be held; send them again.'),
        );
      }
      gathering.readings.push(...readings);
      return gathering.committed;
    },
    async settle() {
      await before;
    },
  };
}
