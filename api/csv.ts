/** What a spreadsheet takes for the begin of a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * A line of a CSV file (RFC 4180, CRLF). A text that a spreadsheet would run as a formula gets an apostrophe before it;
 * numbers are left alone, also negative ones. Null is an empty cell.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(content: string | number | null): string {
  if (content === null) return '';
  if (typeof content === 'number') return String(content);
  const text = FORMULA.test(content) ? `'${content}` : content;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
