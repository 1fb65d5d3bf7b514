/** Where the values of an axis stand: 0 at its begin, 1 at its end. */
export interface Scale {
  at(value: number): number;
  ticks: readonly number[];
}

/** From nought to a round number that is not less than the greatest value. */
export function linearScale(greatest: number): Scale {
  const step = roundUp(Math.max(greatest, LEAST_SPAN) / 2);
  return { at: (value) => clamp(value / (2 * step)), ticks: [0, step, 2 * step] };
}

const LEAST_SPAN = 1;

/** Powers of ten around the values, all of which are more than nought. */
export function logScale(least: number, greatest: number): Scale {
  const from = Math.floor(Math.log10(least));
  const to = Math.max(from + 1, Math.ceil(Math.log10(greatest)));
  return {
    at: (value) => clamp((Math.log10(value) - from) / (to - from)),
    ticks: Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at)),
  };
}

const TIME_STEPS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const MOST_TIMES = 8;

/** The seconds of a run, with a tick at each round time. */
export function timeScale(endS: number): Scale {
  const step = TIME_STEPS_S.find((each) => endS / each <= MOST_TIMES) ?? Math.ceil(endS / MOST_TIMES);
  return {
    at: (value) => clamp(value / Math.max(endS, 1)),
    ticks: Array.from({ length: Math.floor(endS / step) + 1 }, (_, at) => at * step),
  };
}

/** Positions moved as little as needed to stand apart by a gap, in the order given, within 0 and 1. */
export function spread(positions: readonly number[], gap: number): number[] {
  const order = positions.map((at, index) => ({ at, index })).toSorted((a, b) => a.at - b.at);
  let floor = 0;
  for (const each of order) {
    each.at = Math.max(each.at, floor);
    floor = each.at + gap;
  }
  let ceiling = 1;
  for (const each of order.toReversed()) {
    each.at = Math.min(each.at, ceiling);
    ceiling = each.at - gap;
  }
  return order.toSorted((a, b) => a.index - b.index).map(({ at }) => at);
}

/** The next of 1, 2, 2.5, 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
