import type { TimelinePoint } from '../result.ts';
import { addHistogram, createHistogram, type Histogram, quantileMs } from './histogram.ts';
import type { Tally } from './tally.ts';

/** What a point shows of its moment. */
export type Moment = Pick<TimelinePoint, 'simulatedAt' | 'connected' | 'charging' | 'errors' | 'memoryMB' | 'lagS'>;

/** The run moment by moment, in a bounded number of points. */
export interface Timeline {
  /** What went over the wires since it was last told. */
  add(tally: Tally): void;
  /** The moment at the end of what was added, at so many seconds since the start. */
  mark(atS: number, moment: Moment): void;
  points(): TimelinePoint[];
  latest(): TimelinePoint | undefined;
}

/** The time between two marks, or several such times in a row. */
interface Span extends Moment {
  fromS: number;
  atS: number;
  marks: number;
  publishes: number;
  calls: Histogram;
  /** What it comes to, once it was asked for. */
  point: TimelinePoint | null;
}

/**
 * A timeline of at most so many points. When there would be more, each two neighbours become one: counts and
 * latencies as if they had been measured together, memory and lag the greater, everything else as at its end.
 */
export function createTimeline(most = 600): Timeline {
  let spans: Span[] = [];
  let marksEach = 1;
  let lastS = 0;
  let pending = { publishes: 0, calls: createHistogram() };
  return {
    add(tally) {
      pending.publishes += tally.publishes.count;
      addHistogram(pending.calls, tally.calls);
    },
    mark(atS, moment) {
      const span = { ...moment, ...pending, fromS: lastS, atS, marks: 1, point: null };
      pending = { publishes: 0, calls: createHistogram() };
      lastS = atS;
      const open = spans.at(-1);
      if (open && open.marks < marksEach) return void spans.splice(-1, 1, joined(open, span));
      if (spans.length >= most) {
        spans = inPairs(spans);
        marksEach *= 2;
      }
      spans.push(span);
    },
    points: () => spans.map(pointOf),
    latest: () => {
      const last = spans.at(-1);
      return last && pointOf(last);
    },
  };
}

function inPairs(spans: Span[]): Span[] {
  return spans.flatMap((span, at) => {
    if (at % 2 === 1) return [];
    const next = spans[at + 1];
    return [next ? joined(span, next) : span];
  });
}

function joined(first: Span, second: Span): Span {
  addHistogram(first.calls, second.calls);
  return {
    ...second,
    fromS: first.fromS,
    marks: first.marks + second.marks,
    publishes: first.publishes + second.publishes,
    calls: first.calls,
    memoryMB: Math.max(first.memoryMB, second.memoryMB),
    lagS: Math.max(first.lagS, second.lagS),
    point: null,
  };
}

function pointOf(span: Span): TimelinePoint {
  span.point ??= measured(span);
  return span.point;
}

function measured({ fromS, atS, publishes, calls, ...of }: Span): TimelinePoint {
  const seconds = atS - fromS;
  const rate = (count: number) => (seconds > 0 ? count / seconds : 0);
  return {
    atS,
    simulatedAt: of.simulatedAt,
    connected: of.connected,
    charging: of.charging,
    callsPerS: rate(calls.count),
    publishesPerS: rate(publishes),
    p50Ms: quantileMs(calls, 0.5),
    p95Ms: quantileMs(calls, 0.95),
    p99Ms: quantileMs(calls, 0.99),
    errors: of.errors,
    memoryMB: of.memoryMB,
    lagS: of.lagS,
  };
}
