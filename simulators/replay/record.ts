import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import { SECOND, isoTime } from '#estate/units.ts';
import type { Target } from '../target.ts';
import { createEstateRecorder, recordSessions } from './record-estate.ts';
import { traced, traceHead } from './trace.ts';
import { createTraceWriter, type TraceWriter } from './trace-writer.ts';

const framePage = z.object({ items: z.array(traced.frame.extend({ position: z.number() })) });

const PAGE = 1_000;

/**
 * Writes a trace of what the platform's journal holds: the estate, the sessions as they are now, and every OCPP message
 * from the oldest on. Sessions are read before the last messages, so that each of them is covered.
 *
 * @param options `followMs`: how long to go on with messages that come while recording; 0 ends at the present.
 * @returns how many lines of each kind were written.
 */
export async function recordJournal(
  target: Target,
  options: { file: string; followMs: number; clock: Clock; signal?: AbortSignal },
): Promise<TraceWriter['lines']> {
  const { clock } = options;
  const begunMs = clock.now();
  await target.get('/v1/info', z.object({ name: z.string() }));
  const writer = await createTraceWriter(options.file, traceHead(isoTime(begunMs), 'journal'));
  await createEstateRecorder(target, writer).write();

  let after = 0;
  const writeNewFrames = async () => {
    for await (const { position, ...frame } of framesAfter(target, after)) {
      after = position;
      writer.write({ kind: 'frame', ...frame });
      await writer.room();
    }
  };
  const endMs = clock.now() + options.followMs;
  while (clock.now() < endMs && !options.signal?.aborted) {
    await writeNewFrames();
    await clock.sleep(Math.min(SECOND, endMs - clock.now()), options.signal);
  }
  await recordSessions(target, writer, null);
  await writeNewFrames();
  await writer.end();
  return writer.lines;
}

async function* framesAfter(target: Target, position: number) {
  for (let after = position; ;) {
    const { items } = await target.get(`/v1/trace?after=${after}&limit=${PAGE}`, framePage);
    yield* items;
    const last = items.at(-1);
    if (!last || items.length < PAGE) return;
    after = last.position;
  }
}
