/** A device may measure this seldom, ms: a shorter silence is no gap. */
const LONGEST_SILENCE_MS = 10 * 60_000;

/** A line's values as uPlot takes them: null breaks the line, undefined lets it run on to the next value. */
export type Line = (number | null | undefined)[];

/**
 * Lets a line run on over steps in which nothing was measured, where the silence is no longer than a device may be
 * silent; longer silences, and those at either end, stay gaps.
 */
export function bridged(values: readonly (number | null)[], instants: readonly number[]): Line {
  const line: Line = [...values];
  let last: number | null = null;
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    if (last !== null && (instants[index] ?? 0) - (instants[last] ?? 0) <= LONGEST_SILENCE_MS) {
      line.fill(undefined, last + 1, index);
    }
    last = index;
  }
  return line;
}

/** Where a measurement stands between two gaps: no line shows it, so it gets a dot. */
export function lonely(line: ArrayLike<number | null | undefined>): number[] {
  const all = Array.from(line);
  const endsAt = (index: number) => index < 0 || index >= all.length || all[index] === null;
  return [...all.keys()].filter((index) => !isGap(all[index]) && endsAt(index - 1) && endsAt(index + 1));
}

function isGap(value: number | null | undefined): boolean {
  return value === null || value === undefined;
}
