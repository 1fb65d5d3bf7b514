import { HOUR, type Millis } from '#estate/units.ts';

/** The times that the contract of MQTT knows: what is stamped otherwise is acknowledged, and a dead letter. */
const CONTRACT = { from: Date.UTC(2000), to: Date.UTC(2100) };

export function isInContract(at: Millis): boolean {
  return CONTRACT.from <= at && at <= CONTRACT.to;
}

/** The times at which a device was read, by a clock that may be set back or forward. */
export interface Stamps {
  /** Takes the next; answers whether the device may have been read at that time before. */
  take(at: Millis): boolean;
}

/** Further on than this, nothing is said of the time between. */
const MOST_BETWEEN_MS = HOUR;

/** It remembers spans, not times: of a clock that is right there is one, however long it runs. */
export function createStamps(): Stamps {
  const spans: { from: Millis; to: Millis }[] = [];
  return {
    take(at) {
      const isAgain = spans.some(({ from, to }) => from <= at && at <= to);
      const newest = spans.at(-1);
      if (newest && at > newest.to && at - newest.to <= MOST_BETWEEN_MS) newest.to = at;
      else if (!newest || at < newest.from || at > newest.to) spans.push({ from: at, to: at });
      return isAgain;
    },
  };
}
