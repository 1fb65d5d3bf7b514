import { DAY, MINUTE, type Millis } from '#estate/units.ts';
import type { Counter } from '../series.ts';

/** Two values of a counter further apart than this have a gap between them, unless it is measured less often. */
export const GAP_MS = 15 * MINUTE;
/** However seldom it is measured: what is read around a step, and made anew for a late value, has its bounds. */
const LONGEST_GAP_MS = 2 * DAY;

/** What a counter is credited with: the difference of two values that are at most so far apart and rose at most so fast. */
export interface Credit {
  /** In its own unit. */
  perHour: number;
  gapMs: number;
}

export interface CreditedMetric extends Credit {
  metric: string;
}

/** The counters that there are, by device type. */
export interface Counters {
  learn(counters: readonly Counter[]): void;
  /** Each keeps its place in the list. */
  ofType(type: string): readonly CreditedMetric[];
  /** null: it is no counter. */
  find(type: string, metric: string): Credit | null;
  /** The longest gap of the counters of that name; 0 where there are none. */
  gapOf(metric: string): Millis;
}

export function createCounters(known: readonly Counter[] = []): Counters {
  const byType = new Map<string, CreditedMetric[]>();
  const learn = (counters: readonly Counter[]) => {
    for (const { type, metric, perHour, periodMs = 0 } of counters) {
      const credit = { metric, perHour, gapMs: Math.min(LONGEST_GAP_MS, Math.max(GAP_MS, 2 * periodMs)) };
      const own = byType.get(type) ?? [];
      const index = own.findIndex((other) => other.metric === metric);
      if (index === -1) own.push(credit);
      else own[index] = credit;
      byType.set(type, own);
    }
  };
  const ofType = (type: string) => byType.get(type) ?? NONE;
  learn(known);
  return {
    learn,
    ofType,
    find: (type, metric) => ofType(type).find((credit) => credit.metric === metric) ?? null,
    gapOf(metric) {
      const named = [...byType.values()].flat().filter((credit) => credit.metric === metric);
      return Math.max(0, ...named.map(({ gapMs }) => gapMs));
    },
  };
}

const NONE: readonly CreditedMetric[] = [];
