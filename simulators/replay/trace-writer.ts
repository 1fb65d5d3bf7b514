import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { TraceHead, TraceLine } from './trace.ts';

/** Writes a trace. */
export interface TraceWriter {
  /** Adds a line behind all before it. */
  write(line: TraceLine): void;
  /** Resolves when the disk has caught up. @throws PolisError `too-large` when nothing more can be written. */
  room(): Promise<void>;
  /** Resolves when nothing more can be written. */
  readonly failed: Promise<void>;
  /** Lines so far. */
  readonly lines: Readonly<Record<TraceLine['kind'], number>>;
  /** Resolves when all lines are on disk. @throws PolisError as `room`. */
  end(): Promise<void>;
}

/** @throws PolisError `invalid` when the file cannot be made. */
export async function createTraceWriter(file: string, head: TraceHead): Promise<TraceWriter> {
  const out = createWriteStream(file, { flush: true });
  try {
    await once(out, 'open');
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  const failed = Promise.withResolvers<void>();
  let failure: PolisError | null = null;
  out.on('error', (error) => {
    failure ??= new PolisError('too-large', `${file} cannot be written any more: ${messageOf(error)}`);
    failed.resolve();
  });
  const waiting: (() => void)[] = [];
  for (const event of ['drain', 'close'] as const) out.on(event, () => waiting.splice(0).forEach((wake) => wake()));
  const lines = {
    site: 0,
    charger: 0,
    device: 0,
    token: 0,
    session: 0,
    link: 0,
    frame: 0,
    packet: 0,
    subscription: 0,
    ack: 0,
  };
  out.write(`${JSON.stringify(head)}\n`);
  return {
    write({ kind, ...rest }) {
      if (failure) return;
      lines[kind]++;
      out.write(`${JSON.stringify({ kind, ...rest })}\n`);
    },
    async room() {
      if (!failure && out.writableNeedDrain) await new Promise<void>((resolve) => waiting.push(resolve));
      if (failure) throw failure;
    },
    failed: failed.promise,
    lines,
    async end() {
      out.end();
      // Why it failed is told below.
      await finished(out).catch(() => undefined);
      if (failure) throw failure;
    },
  };
}
