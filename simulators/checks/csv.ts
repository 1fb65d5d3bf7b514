import { readFile } from 'node:fs/promises';
import { PolisError, messageOf } from '#estate/errors.ts';

/** One line of a file of comma-separated values, counted from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
  /** The column of the line at which each cell begins, counted from 1. */
  starts: number[];
}

/** The rows of a text (RFC 4180, without line breaks inside quotes); empty lines are left out. */
export function csvRows(text: string): CsvRow[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((row, index) => ({ line: index + 1, ...cellsOf(row) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function cellsOf(row: string): Omit<CsvRow, 'line'> {
  const found = [...row.matchAll(/(?<=^|,)(?:"((?:[^"]|"")*)"[^,]*|([^,]*))/g)];
  return {
    cells: found.map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim()),
    starts: found.map(({ index }) => index + 1),
  };
}

/** A sentence with the line that is wrong. */
export function wrongLine(line: number, what: string): PolisError {
  return new PolisError('invalid', `Line ${line}: ${what}`);
}

/** A sentence with the line and the column of the cell that is wrong. */
export function wrongCell({ line, starts }: CsvRow, cell: number, what: string): PolisError {
  return new PolisError('invalid', `Line ${line}, column ${starts[cell] ?? 1}: ${what}`);
}

/** The text of a file; `invalid`, with the system's words, when it cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Does something with a file's text; what is wrong with it is told with the file's name. */
export async function withFile<T>(file: string, use: (text: string) => T): Promise<T> {
  const text = await readText(file);
  try {
    return use(text);
  } catch (error) {
    if (!(error instanceof PolisError)) throw error;
    throw new PolisError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}
