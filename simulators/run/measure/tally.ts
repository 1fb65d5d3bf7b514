import { addHistogram, clearHistogram, createHistogram, type Histogram } from './histogram.ts';

/** What was counted on the wires over some time. */
export interface Tally {
  /** Calls that were answered, well or with an error, by how long the answer took. */
  calls: Histogram;
  /** Messages that were acknowledged, by how long that took. */
  publishes: Histogram;
  callErrors: number;
  callsLost: number;
  publishesLost: number;
  handshakesFailed: number;
  asked: number;
  orders: number;
  ordersRefused: number;
  strangers: number;
  /** The names of those that came. */
  strangerKinds: Set<string>;
  unmet: number;
  /** Time in which sites drew too much, added up over them, ms; and the most that one drew beyond, as a share. */
  overloadMs: number;
  worstOverload: number;
}

const COUNTS = [
  'callErrors',
  'callsLost',
  'publishesLost',
  'handshakesFailed',
  'asked',
  'orders',
  'ordersRefused',
  'strangers',
  'unmet',
  'overloadMs',
] as const;

export function createTally(): Tally {
  return {
    calls: createHistogram(),
    publishes: createHistogram(),
    callErrors: 0,
    callsLost: 0,
    publishesLost: 0,
    handshakesFailed: 0,
    asked: 0,
    orders: 0,
    ordersRefused: 0,
    strangers: 0,
    strangerKinds: new Set(),
    unmet: 0,
    overloadMs: 0,
    worstOverload: 0,
  };
}

export function addTally(into: Tally, from: Tally): void {
  addHistogram(into.calls, from.calls);
  addHistogram(into.publishes, from.publishes);
  for (const name of COUNTS) into[name] += from[name];
  for (const name of from.strangerKinds) into.strangerKinds.add(name);
  into.worstOverload = Math.max(into.worstOverload, from.worstOverload);
}

export function clearTally(tally: Tally): void {
  clearHistogram(tally.calls);
  clearHistogram(tally.publishes);
  for (const name of COUNTS) tally[name] = 0;
  tally.strangerKinds.clear();
  tally.worstOverload = 0;
}
