import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { SECOND } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import type { Series } from '#storage/series.ts';
import { within } from '#estate/within.ts';
import type { Count } from '../accounting/counters.ts';
import type { DeadLetters } from '../accounting/dead-letters.ts';
import type { Backlog, Portion } from './backlog.ts';
import { refusedOf } from './refused.ts';

/** The name under which the journal keeps how far the writer has come. */
export const WRITER = 'series-writer';

export interface Writer {
  start(): Promise<void>;
  /** There is something new in the journal. */
  wake(): void;
  /** Entries of the journal that are not yet in the series store. */
  behind(): Promise<number>;
  /** Resolves once the series store has what the journal holds now, and in any case when that takes too long. */
  catchUp(): Promise<void>;
  /** Writes what is there, at most until the deadline, then ends. */
  stop(): Promise<void>;
}

export interface WriterDeps {
  journal: Pick<Journal, 'head' | 'cursor' | 'advance'>;
  backlog: Pick<Backlog, 'after'>;
  series: Series;
  ground: Ground;
  /** Keeps what can never be stored. */
  letters: Pick<DeadLetters, 'bury'>;
  count: Count;
}

/** A pause after a small batch, so that a quiet estate is written four times a second and not at each commit. */
const LINGER_MS = 250;
/** So long a reader waits for what was acknowledged before it asked. */
const CATCH_UP_WITHIN_MS = SECOND;
const FIRST_RETRY_MS = SECOND;
/** Not longer: once the store is back, nobody is to wait for what is in the journal. */
const LAST_RETRY_MS = 5 * SECOND;
const DRAIN_WITHIN_MS = 10 * SECOND;

/**
 * Carries readings from the journal to the series store, in order. It moves its cursor only after the store has them,
 * so a crash between the two writes the same batch again, which changes nothing. While the store is away the journal
 * holds everything, and the writer tries again with growing pauses.
 */
export function createWriter(deps: WriterDeps): Writer {
  const { journal } = deps;
  const { clock, random } = deps.ground;
  const carrier = createCarrier(deps);
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  let bell = Promise.withResolvers<void>();
  let lingering = new AbortController();
  const readers = new Set<{ position: number; served: () => void }>();

  const serveReaders = (failed: boolean) => {
    for (const { position, served } of readers) if (failed || carrier.position() >= position) served();
  };
  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      bell = Promise.withResolvers<void>();
      lingering = new AbortController();
      const written = await carrier.attempt();
      serveReaders(written === null);
      if (written === null) await clock.sleep(retryAfter(carrier.failures(), random.next()), signal);
      else if (written === 0) await bell.promise;
      else if (!carrier.more()) await clock.sleep(LINGER_MS, AbortSignal.any([signal, lingering.signal]));
    }
  };
  const drain = async () => {
    await running;
    let written: number | null;
    do written = await carrier.attempt();
    while (written !== null && written > 0);
  };

  return {
    async start() {
      stopping = new AbortController();
      await carrier.load();
      running = run(stopping.signal);
    },
    wake: () => bell.resolve(),
    behind: () => carrier.behind(),
    async catchUp() {
      const position = await journal.head('readings');
      if (carrier.position() >= position || carrier.failures() > 0) return;
      const { promise, resolve: served } = Promise.withResolvers<void>();
      const reader = { position, served };
      readers.add(reader);
      lingering.abort();
      await within(promise, CATCH_UP_WITHIN_MS, clock);
      readers.delete(reader);
    },
    async stop() {
      stopping.abort();
      bell.resolve();
      await within(drain(), DRAIN_WITHIN_MS, clock);
    },
  };
}

/** One batch at a time from the journal to the store. */
function createCarrier({ journal, backlog, series, ground, letters, count }: WriterDeps) {
  let position = 0;
  let failures = 0;
  let more = false;
  /** Read, and not in the store yet. */
  let batch: Portion | null = null;

  const step = async (): Promise<number> => {
    batch ??= await backlog.after(position);
    more = batch?.isFull ?? false;
    if (!batch) return 0;
    const { readings, torn, isFull, position: last } = batch;
    // The next batch is read while this one is on its way.
    const [refused, next] = await Promise.all([
      readings.length > 0 ? series.append(readings) : [],
      isFull ? backlog.after(last) : null,
    ]);
    const unusable = refusedOf(WRITER, readings, refused);
    await letters.bury([...torn, ...unusable.letters]);
    await journal.advance(WRITER, 'readings', last);
    position = last;
    batch = next;
    count('written', readings.length - unusable.dead);
    count('valuesRefused', unusable.values);
    return Math.max(1, readings.length);
  };

  return {
    failures: () => failures,
    position: () => position,
    /** Whether the last batch was a full one, so that the next may well be there already. */
    more: () => more,
    behind: async () => Math.max(0, (await journal.head('readings')) - position),
    async load() {
      position = await journal.cursor(WRITER, 'readings');
      batch = null;
      // The journal forgets nothing that a consumer with a cursor has not read.
      await journal.advance(WRITER, 'readings', position);
    },
    /** Writes one batch: how many readings, 0 when there is none, null when it failed. */
    async attempt(): Promise<number | null> {
      try {
        const written = await step();
        if (failures > 0) ground.log.info({ failures }, 'The series store takes measurements again.');
        failures = 0;
        return written;
      } catch (error) {
        failures += 1;
        const why = { error: messageOf(error), failures };
        ground.log.warn(why, 'Measurements wait in the journal: the series store did not take them.');
        return null;
      }
    },
  };
}

/** The pause before the next attempt, ms: doubling to 5 s, spread by half so that many do not come at once. */
export function retryAfter(failures: number, chance: number): number {
  const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
  return pause * (0.5 + chance / 2);
}
