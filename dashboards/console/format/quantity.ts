/** Numbers as people read them; the locale is a BCP 47 tag. A value that is not known is a dash. */

export const UNKNOWN = '–';

const formats = new Map<string, Intl.NumberFormat>();

/** Making a format takes far longer than using it, and a list of all sites uses thousands. */
function formatWith(digits: number, locale: string): Intl.NumberFormat {
  const key = `${locale} ${digits}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  formats.set(key, made);
  return made;
}

/** A number with this many decimals. */
export function number(value: number, digits: number, locale: string): string {
  const rounded = Number(value.toFixed(digits));
  const shown = Object.is(rounded, -0) ? 0 : rounded;
  return formatWith(digits, locale).format(shown);
}

/** Watts as kilowatts without the unit: two decimals below 1 kW, one below 100, none above. */
export function kilowatts(powerW: number | null, locale: string): string {
  if (powerW === null) return UNKNOWN;
  const kw = powerW / 1000;
  const size = Math.abs(kw);
  return number(kw, size < 0.995 && size > 0 ? 2 : size < 99.95 ? 1 : 0, locale);
}

/** Watt-hours as kilowatt-hours without the unit. */
export function kilowattHours(energyWh: number | null, locale: string): string {
  if (energyWh === null) return UNKNOWN;
  const kwh = energyWh / 1000;
  return number(kwh, Math.abs(kwh) < 99.995 ? 2 : Math.abs(kwh) < 9_999.5 ? 1 : 0, locale);
}

/** A number of whose meaning nothing is known: two decimals, or three digits where those would show nothing. */
export function plainNumber(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: 2,
    maximumSignificantDigits: 3,
    roundingPriority: 'morePrecision',
  }).format(value);
}

/** A count with the locale's grouping. */
export function count(value: number, locale: string): string {
  return formatWith(0, locale).format(value);
}
