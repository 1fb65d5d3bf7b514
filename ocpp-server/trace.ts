import type { DeviceId } from '#estate/ids.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Journal, JournalEntry } from '#storage/journal.ts';
import type { TracedFrame } from './index.ts';

/** The message trace of all chargers, on its way to the journal. */
export interface Trace {
  /** Resolves once the frame is on disk. */
  write(charger: DeviceId, frame: TracedFrame): Promise<unknown>;
  /** Resolves once all that was written is on disk, or has failed. */
  settled(): Promise<void>;
}

/** While one batch is written the next gathers, so that a thousand chargers share one append. */
export function createTrace(journal: Journal, ground: Ground): Trace {
  let gathered: Omit<JournalEntry, 'position'>[] = [];
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<unknown> | null = null;

  const append = () => {
    const entries = gathered;
    gathered = [];
    next = null;
    return journal.append('frames', entries);
  };
  const gather = () => {
    const batch = underWay.then(append);
    underWay = batch.catch((error: unknown) => {
      ground.log.error({ error: messageOf(error) }, 'OCPP frames could not be journalled.');
    });
    return batch;
  };
  return {
    write(charger, frame) {
      gathered.push({ key: charger, ts: ground.clock.now(), body: JSON.stringify(frame) });
      next ??= gather();
      return next;
    },
    async settled() {
      await underWay;
    },
  };
}
