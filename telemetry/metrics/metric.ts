/** One quantity that a device measures or can be told. Its name is a SunSpec point's where there is one. */
export interface Metric {
  title: string;
  /** UCUM code of an SI unit without prefix; what is counted or coded stands in braces, as in `{people}`, `{state}`. */
  unit: string;
  /** A value outside [min, max] is kept with bad quality. */
  min?: number;
  max?: number;
  /** What its values mean, where they are codes; any other is kept with bad quality. */
  states?: Readonly<Record<number, string>>;
  /**
   * A change smaller than this need not be sent; that is the device's promise, so nothing is filtered here. However
   * little it changes, a value is sent once a period.
   */
  deadband?: number;
  /** How often a value is expected unless the birth says another, s; after twice this time the last one is stale. */
  period: number;
  /** A register that only grows (energy, water, a count): what counts is its difference; a fall is a reset. */
  counter?: true;
  /** True where a command may set it. */
  rw?: boolean;
  /** Class of the point in the Brick schema. */
  brick?: string;
  /** Model and point of SunSpec, as in `701.W`. */
  sunspec?: string;
}

/** Codes of a point that is either so or not. */
export const NO_YES = { 0: 'no', 1: 'yes' } as const;
export const OFF_ON = { 0: 'off', 1: 'on' } as const;
