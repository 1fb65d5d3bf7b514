/** Durations in buckets that grow by a constant ratio: fixed memory, and a quantile is at most 2 % wrong. */
export interface Histogram {
  readonly counts: Uint32Array;
  count: number;
  /** Exact, ms. */
  maxMs: number;
}

/** Relative error of a quantile; a little is left of the 2 % for what floating point rounds. */
const ERROR = 0.0195;
const RATIO = (1 + ERROR) / (1 - ERROR);
const LEAST_MS = 0.01;
/** Three hours; what is longer is counted as this long. */
const MOST_MS = 1e7;
const PER_LOG = 1 / Math.log(RATIO);
const LAST = Math.ceil(Math.log(MOST_MS / LEAST_MS) * PER_LOG);

export function createHistogram(): Histogram {
  return { counts: new Uint32Array(LAST + 1), count: 0, maxMs: 0 };
}

export function record(into: Histogram, durationMs: number): void {
  const at = durationMs <= LEAST_MS ? 0 : Math.min(LAST, Math.ceil(Math.log(durationMs / LEAST_MS) * PER_LOG));
  into.counts[at] = (into.counts[at] ?? 0) + 1;
  into.count += 1;
  if (durationMs > into.maxMs) into.maxMs = durationMs;
}

/** Adds what another histogram counted. */
export function addHistogram(into: Histogram, from: Histogram): void {
  if (from.count === 0) return;
  for (const [at, count] of from.counts.entries()) into.counts[at] = (into.counts[at] ?? 0) + count;
  into.count += from.count;
  into.maxMs = Math.max(into.maxMs, from.maxMs);
}

export function clearHistogram(histogram: Histogram): void {
  if (histogram.count > 0) histogram.counts.fill(0);
  histogram.count = 0;
  histogram.maxMs = 0;
}

/** The duration that a share of all does not exceed, by nearest rank, ms; null when nothing was counted. */
export function quantileMs(histogram: Histogram, share: number): number | null {
  const rank = Math.max(1, Math.ceil(share * histogram.count));
  let counted = 0;
  for (const [at, count] of histogram.counts.entries()) {
    counted += count;
    if (counted >= rank) return Math.min(middleMs(at), histogram.maxMs);
  }
  return null;
}

/** The value that is as far, relatively, from both ends of a bucket. */
function middleMs(at: number): number {
  return at === 0 ? LEAST_MS : (LEAST_MS * 2 * RATIO ** at) / (RATIO + 1);
}
