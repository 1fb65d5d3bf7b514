/** A share (0 to 1) of a whole, without what binary fractions leave over: 7 % of 100 is 7, not 7.000000000000001. */
export function partOf(whole: number, share: number): number {
  return Number((whole * share).toPrecision(12));
}
