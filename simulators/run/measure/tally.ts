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
}

const COUNTS = ['callErrors', 'callsLost', 'publishesLost', 'handshakesFailed', 'asked'] as const;

export function createTally(): Tally {
  return {
    calls: createHistogram(),
    publishes: createHistogram(),
    callErrors: 0,
    callsLost: 0,
    publishesLost: 0,
    handshakesFailed: 0,
    asked: 0,
  };
}

export function addTally(into: Tally, from: Tally): void {
  addHistogram(into.calls, from.calls);
  addHistogram(into.publishes, from.publishes);
  for (const name of COUNTS) into[name] += from[name];
}

export function clearTally(tally: Tally): void {
  clearHistogram(tally.calls);
  clearHistogram(tally.publishes);
  for (const name of COUNTS) tally[name] = 0;
}
