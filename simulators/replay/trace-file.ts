import { createReadStream } from 'node:fs';
import { messageOf, PolisError } from '#estate/errors.ts';
import { checkHead, readLine, type TraceLine } from './trace.ts';

/** A line of a trace, and where it stands. */
export interface Placed<Line = TraceLine> {
  line: Line;
  /** From 1. */
  number: number;
  /** In the file, bytes. */
  offset: number;
  length: number;
}

/** No message is as long: the platform takes 256 KiB. */
const LONGEST_LINE = 64 * 1024 * 1024;

interface RawLine {
  content: string;
  number: number;
  offset: number;
  length: number;
  isWhole: boolean;
}

/**
 * Reads a trace line by line, whatever its size.
 *
 * @param torn is told the number of a last line that breaks off, since whoever recorded was stopped amid it: it is left
 *   out.
 * @throws PolisError `invalid` that names file and line, and what was expected there.
 */
export async function* readTrace(file: string, torn?: (number: number) => void): AsyncGenerator<Placed> {
  let isEmpty = true;
  for await (const raw of rawLines(file)) {
    const { content, number, offset, length } = raw;
    isEmpty = false;
    try {
      if (number === 1) {
        checkHead(content);
        continue;
      }
      const line = content === '' ? null : readLine(content, number);
      if (line) yield { line, number, offset, length };
    } catch (error) {
      if (number > 1 && !raw.isWhole) return torn?.(number);
      throw inFile(file, error);
    }
  }
  if (isEmpty) throw new PolisError('invalid', `${file} is empty: the first line of a trace was expected.`);
}

async function* rawLines(file: string): AsyncGenerator<RawLine> {
  let rest: Buffer = Buffer.alloc(0);
  let number = 0;
  let offset = 0;
  for await (const chunk of chunksOf(file)) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let from = 0;
    for (let to = data.indexOf(10); to >= 0; to = data.indexOf(10, from)) {
      yield { content: data.toString('utf8', from, to), number: ++number, offset, length: to - from, isWhole: true };
      offset += to + 1 - from;
      from = to + 1;
    }
    rest = data.subarray(from);
    if (rest.length > LONGEST_LINE)
      throw new PolisError('invalid', `${file}: Line ${number + 1} does not end; is this a trace?`);
  }
  if (rest.length > 0)
    yield { content: rest.toString('utf8'), number: ++number, offset, length: rest.length, isWhole: false };
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  const stream: AsyncIterable<Buffer> = createReadStream(file, { highWaterMark: 1024 * 1024 });
  try {
    yield* stream;
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function inFile(file: string, error: unknown): unknown {
  return error instanceof PolisError
    ? new PolisError(error.code, `${file}: ${error.message}`, { cause: error })
    : error;
}
