import type { FieldDifference } from './answer-difference.ts';

/** An answer of the platform that is not as it was recorded. */
export interface Difference {
  /** The charger or MQTT node, as recorded. */
  peer: string;
  /** Of the answer, in the trace. */
  line: number;
  at: string;
  /** What was answered: an OCPP action, `handshake`, `publish TOPIC`, `subscribe TOPIC`, `answer TOPIC`. */
  call: string;
  /** What was asked. */
  asked: unknown;
  fields: FieldDifference[];
}

/** How often the platform asked something of a peer. */
export interface Asked {
  peer: string;
  call: string;
  recorded: number;
  came: number;
}

/** Gathers what a replay finds. */
export interface Findings {
  sent(): void;
  differs(difference: Difference): void;
  /** The platform asked something of a peer. */
  asked(peer: string, call: string): void;
  /** How often it did. */
  timesAsked(peer: string): ReadonlyMap<string, number>;
  readonly sentCount: number;
  /** In all, those among them that were not kept. */
  readonly differenceCount: number;
  /** By their place in the trace. */
  differences(): Difference[];
  /** The first of each peer, by their place in the trace. */
  firstOfEach(): Difference[];
}

/** More are counted only: when everything differs, the first say why. */
const MOST_KEPT = 20_000;

export function createFindings(): Findings {
  const kept: Difference[] = [];
  const first = new Map<string, Difference>();
  const asked = new Map<string, Map<string, number>>();
  let sentCount = 0;
  let differenceCount = 0;
  const inOrder = (some: Iterable<Difference>) => [...some].toSorted((a, b) => a.line - b.line);
  return {
    sent: () => void sentCount++,
    differs(difference) {
      differenceCount++;
      const { peer } = difference;
      const isFirst = !first.has(peer);
      if (isFirst) first.set(peer, difference);
      if (isFirst || kept.length < MOST_KEPT) kept.push(difference);
    },
    asked(peer, call) {
      const counts = asked.get(peer) ?? new Map<string, number>();
      asked.set(peer, counts.set(call, (counts.get(call) ?? 0) + 1));
    },
    timesAsked: (peer) => asked.get(peer) ?? new Map(),
    get sentCount() {
      return sentCount;
    },
    get differenceCount() {
      return differenceCount;
    },
    differences: () => inOrder(kept),
    firstOfEach: () => inOrder(first.values()),
  };
}
