import { z } from 'zod';
import { messageOf } from '#estate/errors.ts';
import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import type { Journal, JournalEntry } from '#storage/journal.ts';
import type { Unusable } from '../accounting/dead-letters.ts';

/** Readings as they stand in the journal, one after another. */
export interface Portion {
  readings: Reading[];
  /** Entries that cannot be read: we wrote them, so the file is damaged. */
  torn: Unusable[];
  /** The journal's position of the last of them. */
  position: number;
  /** So much that more may well be there already. */
  isFull: boolean;
}

/** What is in the journal and not yet elsewhere. */
export interface Backlog {
  /** What follows a position, as much as makes a batch; null when nothing does. */
  after(position: number): Promise<Portion | null>;
}

/** About 5,000 readings of a few metrics. */
const BATCH_BYTES = 750_000;
const PAGE = 100;
/** Of entries that are parsed in one go: a few milliseconds, after which others have their turn. */
const PARSED_AT_ONCE = 150_000;

export function createBacklog(journal: Pick<Journal, 'read'>): Backlog {
  /** Entries of a page that held more than the batch which ended at that position. */
  let ahead: { of: number; entries: JournalEntry[] } = { of: 0, entries: [] };
  return {
    async after(position) {
      const entries = await readOn(journal, position, ahead.of === position ? ahead.entries : []);
      const batch = batchOf(entries);
      const last = batch.at(-1);
      if (!last) return null;
      ahead = { of: last.position, entries: entries.slice(batch.length) };
      return { ...(await unpack(batch)), position: last.position, isFull: isFull(batch) };
    },
  };
}

/** What is read ahead, and what follows it in the journal until that is a full batch or there is no more. */
async function readOn(
  journal: Pick<Journal, 'read'>,
  position: number,
  ahead: readonly JournalEntry[],
): Promise<JournalEntry[]> {
  const entries = [...ahead];
  while (!isFull(entries)) {
    const page = await journal.read('readings', { after: entries.at(-1)?.position ?? position, limit: PAGE });
    entries.push(...page);
    if (page.length < PAGE) break;
  }
  return entries;
}

/** The first of the entries, as many as make a batch. */
function batchOf(entries: readonly JournalEntry[]): JournalEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ body }) => (bytes += body.length) >= BATCH_BYTES);
  return end < 0 ? [...entries] : entries.slice(0, end + 1);
}

function isFull(entries: readonly JournalEntry[]): boolean {
  return entries.reduce((bytes, { body }) => bytes + body.length, 0) >= BATCH_BYTES;
}

const journalled = z.array(z.custom<Reading>((input) => typeof input === 'object' && input !== null));

async function unpack(entries: readonly JournalEntry[]): Promise<Pick<Portion, 'readings' | 'torn'>> {
  const readings: Reading[] = [];
  const torn: Unusable[] = [];
  let bytes = 0;
  for (const { key, body, position, ts } of entries) {
    // What is held for a device is no reading yet.
    if (key !== '') continue;
    try {
      for (const reading of journalled.parse(JSON.parse(body))) {
        reading.receivedAt = ts;
        readings.push(reading);
      }
    } catch (error) {
      const reason = `journal entry ${position} is damaged: ${messageOf(error)}`;
      torn.push({ topic: 'journal', reason, payload: body, of: null });
    }
    bytes += body.length;
    if (bytes < PARSED_AT_ONCE) continue;
    bytes = 0;
    await nextTurn();
  }
  return { readings, torn };
}
