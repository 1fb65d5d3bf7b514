import type { Protocol } from '#charging/index.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, HOUR } from '#estate/units.ts';
import type { Journal, JournalEntry } from '#storage/journal.ts';

/** One line of the message trace, as the journal's stream `frames` keeps it under the charger's id. */
export interface TracedFrame {
  direction: 'in' | 'out';
  /** The raw text as it went over the wire. */
  frame: string;
  protocol: Protocol;
}

/** The message trace of all chargers, on its way to the journal. */
export interface Trace {
  /** Resolves once the frame is on disk. */
  write(charger: DeviceId, frame: TracedFrame): Promise<unknown>;
  /** Forgets what is too old, now and then. */
  start(): void;
  /** Resolves once all that was written is on disk, or has failed. */
  stop(): Promise<void>;
}

const REMEMBERED_MS = 7 * DAY;

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
  const forget = async () => {
    try {
      await journal.trim('frames', ground.clock.now() - REMEMBERED_MS);
    } catch (error) {
      ground.log.warn({ error: messageOf(error) }, 'Old OCPP frames could not be forgotten.');
    }
  };
  let cancel: Cancel = () => {};
  return {
    write(charger, frame) {
      gathered.push({ key: charger, ts: ground.clock.now(), body: JSON.stringify(frame) });
      next ??= gather();
      return next;
    },
    start() {
      cancel = ground.clock.every(HOUR, () => void forget());
    },
    async stop() {
      cancel();
      await underWay;
    },
  };
}
