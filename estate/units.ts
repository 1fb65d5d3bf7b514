/**
 * The units and signs that hold everywhere in polisgrid. A number carries its unit in its name:
 * `powerW`, `energyWh`, `currentA`, `voltageV`, `atMs`. No other prefix is stored or sent.
 *
 * Signs of power and current, at the boundary of the thing that is measured:
 * grid: import is +, export is -; photovoltaic: production is +; charging: into the car is +; building: use is +.
 * So at every site: grid = building + charging - photovoltaic.
 *
 * Instants are milliseconds since 1970 in UTC; they become RFC 3339 text only at an edge.
 */

/** An instant: milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Nominal phase voltage of the European low-voltage network (EN 50160). */
export const NOMINAL_VOLTAGE_V = 230;

/** IEC 61851-1: the smallest current that a car may be offered; between this and 0 there is nothing. */
export const MINIMUM_CURRENT_A = 6;

/** Electrical power in W of a current in A over a number of phases at nominal voltage. */
export function powerOf(currentA: number, phases: number): number {
  return currentA * phases * NOMINAL_VOLTAGE_V;
}

/** An instant as RFC 3339 text in UTC with milliseconds. */
export function isoTime(atMs: Millis): string {
  return new Date(atMs).toISOString();
}
