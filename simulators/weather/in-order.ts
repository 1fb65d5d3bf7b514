import { HOUR } from '#estate/units.ts';
import { type CsvRow, wrongCell, wrongLine } from '../checks/csv.ts';
import { HOURS_OF_YEAR } from './year.ts';

/** A year without a 29th of February. */
const SOME_YEAR = 2001;

/**
 * Makes sure that rows are the hours of a whole year, each once.
 *
 * @param clockOf month, day and hour of a row; undefined when it has none
 * @throws PolisError `invalid` at the first row that is not the hour that follows.
 */
export function inOrder(
  rows: readonly CsvRow[],
  titles: CsvRow,
  clockOf: (row: CsvRow, n: number) => readonly number[] | undefined,
): void {
  for (const [n, row] of rows.entries()) {
    const at = new Date(Date.UTC(SOME_YEAR, 0, 1) + n * HOUR);
    const expected = [at.getUTCMonth() + 1, at.getUTCDate(), at.getUTCHours()];
    if (clockOf(row, n)?.join() === expected.join()) continue;
    const [month = 0, day = 0, hour = 0] = expected;
    const clock = `month ${month}, day ${day}, hour ${hour}`;
    throw wrongCell(row, 0, `the row begins with "${row.cells[0] ?? ''}"; ${clock} of a year of 365 days is expected.`);
  }
  if (rows.length === HOURS_OF_YEAR) return;
  const { line } = rows.at(-1) ?? titles;
  throw wrongLine(line, `the hours end here, after ${rows.length}; the ${HOURS_OF_YEAR} of a whole year are expected.`);
}
