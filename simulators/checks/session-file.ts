import { HOUR } from '#estate/units.ts';
import { csvRows, wrongLine } from './csv.ts';

/** One real session, as far as it is compared. */
export interface MeasuredSession {
  /** Hour of the day on the clock of the place, with its fraction. */
  arrivalHour: number;
  stayHours: number;
  energyKwh: number;
}

const COLUMNS = ['plug_in', 'plug_out', 'charging_minutes', 'energy_kwh'];
const WALL_TIME = /^\d{4}-\d\d-\d\d[T ](\d\d):(\d\d):(\d\d)/;

/**
 * Reads sessions: `plug_in,plug_out,charging_minutes,energy_kwh`, times as the place's clock showed them.
 * @throws PolisError `invalid`, with the line that is wrong and what was expected there.
 */
export function parseSessions(text: string): MeasuredSession[] {
  const [titles, ...rows] = csvRows(text);
  const missing = COLUMNS.filter((name) => !titles?.cells.includes(name));
  if (!titles || missing.length > 0) {
    throw wrongLine(
      titles?.line ?? 1,
      `the columns ${COLUMNS.join(',')} are expected; missing: ${missing.join(', ')}.`,
    );
  }
  if (rows.length === 0) throw wrongLine(titles.line, 'no sessions follow.');
  const at = (name: string) => titles.cells.indexOf(name);
  const [inAt, outAt, energyAt] = [at('plug_in'), at('plug_out'), at('energy_kwh')];
  return rows.map(({ line, cells }) => {
    const plugIn = wallTime(line, 'plug_in', cells[inAt]);
    const plugOut = wallTime(line, 'plug_out', cells[outAt]);
    const energyKwh = cells[energyAt] === '' ? NaN : Number(cells[energyAt]);
    if (plugOut.atMs < plugIn.atMs) throw wrongLine(line, 'plug_out is before plug_in.');
    if (!(energyKwh >= 0)) throw wrongLine(line, `energy_kwh is "${cells[energyAt] ?? ''}"; a number is expected.`);
    return { arrivalHour: plugIn.hour, stayHours: (plugOut.atMs - plugIn.atMs) / HOUR, energyKwh };
  });
}

function wallTime(line: number, column: string, text = ''): { atMs: number; hour: number } {
  const clock = WALL_TIME.exec(text);
  const atMs = Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`);
  if (!clock || Number.isNaN(atMs)) throw wrongLine(line, `${column} is "${text}"; YYYY-MM-DDThh:mm:ss is expected.`);
  return { atMs, hour: (atMs % (24 * HOUR)) / HOUR };
}
