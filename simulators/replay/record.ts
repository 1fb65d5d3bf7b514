import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { z } from 'zod';
import type { Clock } from '#estate/clock.ts';
import { SECOND, isoTime } from '#estate/units.ts';
import type { Target } from '../target.ts';
import { traced, traceHead, type TraceLine } from './trace.ts';

const framePage = z.object({ items: z.array(traced.frame.extend({ position: z.number() })) });

const PAGE = 1_000;

export interface Recording {
  frames: number;
  sessions: number;
  chargers: number;
}

/**
 * Writes a trace of what the platform's journal holds: the estate, the sessions as they are now, and every OCPP frame
 * from the oldest on. Sessions are read before the last frames, so that each of them is covered by the frames.
 *
 * @param options `followMs`: how long to go on with frames that come while recording; 0 ends at the present.
 */
export async function recordTrace(
  target: Target,
  options: { file: string; followMs: number; clock: Clock; signal?: AbortSignal },
): Promise<Recording> {
  const { clock } = options;
  const out = createWriteStream(options.file);
  await once(out, 'open');
  const counts: Recording = { frames: 0, sessions: 0, chargers: 0 };
  const write = async (line: TraceLine | string) => {
    if (!out.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)) await once(out, 'drain');
  };
  await write(traceHead(isoTime(clock.now())));
  for await (const one of target.all('/v1/sites', traced.site)) await write({ kind: 'site', ...one });
  for await (const one of target.all('/v1/chargers', traced.charger)) {
    counts.chargers++;
    await write({ kind: 'charger', ...one });
  }
  for await (const one of target.all('/v1/tokens', traced.token)) await write({ kind: 'token', ...one });

  let after = 0;
  const writeNewFrames = async () => {
    for await (const { position, ...frame } of framesAfter(target, after)) {
      after = position;
      counts.frames++;
      await write({ kind: 'frame', ...frame });
    }
  };
  const endMs = clock.now() + options.followMs;
  while (clock.now() < endMs && !options.signal?.aborted) {
    await writeNewFrames();
    await clock.sleep(Math.min(SECOND, endMs - clock.now()), options.signal);
  }
  for await (const one of target.all('/v1/sessions', traced.session)) {
    counts.sessions++;
    await write({ kind: 'session', ...one });
  }
  await writeNewFrames();
  out.end();
  await once(out, 'finish');
  return counts;
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
