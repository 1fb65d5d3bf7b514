import { z } from 'zod';
import { type CsvRow, wrongCell, wrongLine } from './csv.ts';

/** A column of a table: its key in what is read, and how its title begins in the file. */
export interface Column<Key extends string> {
  key: Key;
  title: string;
  optional?: true;
}

interface Placed<Key extends string> extends Column<Key> {
  cell: number;
}

const error = 'a number is expected';

/** A cell that holds a number of a range. */
export function numeral(least = -Infinity, most = Infinity) {
  const range = { error: `a number from ${least} to ${most} is expected` };
  const number = z.coerce.number<string>({ error }).min(least, range).max(most, range);
  return z.string().min(1, { error }).pipe(number);
}

/** A cell that holds a whole number of a range. */
export function wholeNumeral(least: number, most: number) {
  return numeral(least, most).pipe(z.int({ error: 'a whole number is expected' }));
}

/** Where the columns of a table stand. @throws PolisError `invalid` when one is missing. */
export function findColumns<Key extends string>(titles: CsvRow, columns: readonly Column<Key>[]): Placed<Key>[] {
  return columns.flatMap((column): Placed<Key>[] => {
    const cell = titles.cells.findIndex((each) => begins(each, column.title));
    if (cell === -1 && !column.optional) throw wrongLine(titles.line, `no title begins with "${column.title}".`);
    return cell === -1 ? [] : [{ ...column, cell }];
  });
}

/** Reads a row. @throws PolisError `invalid`, with line, column and what was expected there. */
export function readRow<T>(row: CsvRow, columns: readonly Placed<string>[], schema: z.ZodType<T>): T {
  const read = schema.safeParse(Object.fromEntries(columns.map(({ key, cell }) => [key, row.cells[cell] ?? ''])));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const { cell, title } = columns.find(({ key }) => key === issue?.path[0]) ?? { cell: 0, title: 'The row' };
  throw wrongCell(row, cell, `${title} is "${row.cells[cell] ?? ''}"; ${issue?.message ?? error}.`);
}

export function begins(title: string, name: string): boolean {
  return title.toLowerCase().startsWith(name.toLowerCase());
}
