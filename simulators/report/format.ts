import { FIGURES, type FigureName } from '../run/figures.ts';

/** Shown where nothing was measured. */
export const NOTHING = '–';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const ROME = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Rome',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** A count: `29,871`, and `1.2 M` from ten million on. */
export function count(value: number): string {
  return value < 1e7 ? WHOLE.format(value) : `${TENTHS.format(value / 1e6)} M`;
}

/** A measured number with as many decimals as its size is worth. */
export function amount(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return WHOLE.format(value);
  return (Math.abs(value) >= 1 ? TENTHS : HUNDREDTHS).format(value);
}

/** The value of a figure with its unit; a dash for none. */
export function figure(name: FigureName, value: number | null): string {
  if (value === null) return NOTHING;
  const { unit } = FIGURES[name];
  if (unit === '') return count(value);
  return withUnit(unit === 'MB' ? Math.round(value) : value, unit);
}

/** `12.3 ms`, `410/s`; from ten thousand kilowatt-hours on `12.3 MWh`. */
export function withUnit(value: number, unit: string): string {
  if (unit === 'kWh' && value >= 1e4) return `${TENTHS.format(value / 1e3)} MWh`;
  return unit.startsWith('/') ? `${amount(value)}${unit}` : `${amount(value)} ${unit}`;
}

export function milliseconds(value: number | null): string {
  return value === null ? NOTHING : withUnit(value, 'ms');
}

/** A length of time: `40 s`, `2 min 14 s`, `1 h 02 min`. */
export function span(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return seconds < 10 && !Number.isInteger(seconds) ? `${seconds.toFixed(1)} s` : `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** A place on the run's own clock: `02:14`, `1:02:14`. */
export function clockTime(seconds: number): string {
  const whole = Math.round(seconds);
  const rest = `${two(Math.floor((whole % 3600) / 60))}:${two(whole % 60)}`;
  return whole < 3600 ? rest : `${Math.floor(whole / 3600)}:${rest}`;
}

/** An instant of RFC 3339 as the clocks in Italy show it: `21 Nov 2026, 07:32:10`. */
export function inRome(instant: string): string {
  return ROME.format(new Date(instant));
}

/** `1 session`, `2 sessions`. */
export function counted(value: number, one: string): string {
  return `${count(value)} ${value === 1 ? one : `${one}s`}`;
}

/** When a run was to begin, where the platform's own time had passed by then; else nothing. */
export function askedInWords({ asked, from }: { asked: string; from: string }): string {
  return asked === from ? '' : `; it was to begin at ${inRome(asked)}, but the platform has a time of its own`;
}

/** How fast simulated time was asked to pass. */
export function speedInWords(speed: number): string {
  return speed === 1 ? 'as fast as real time' : `${amount(speed)} times as fast as real time`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
