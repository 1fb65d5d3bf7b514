import type { Outcome, Probe } from './probe.ts';

/** A handshake, as a probe hears of it: it ends once. */
export interface Handshake {
  opened(): void;
  /** Why it will fail. */
  failed(error: string): void;
  /** The connection is gone. True: it had been open. */
  closed(): boolean;
}

export function beginHandshake(probe: Probe, peer: string): Handshake {
  // Let go of once it was told: an open connection lasts.
  let ended: ((outcome: Outcome) => void) | null = probe.begin({ kind: 'connect', peer, name: 'handshake' });
  let outcome: Outcome = { kind: 'lost' };
  return {
    opened() {
      ended?.({ kind: 'done' });
      ended = null;
    },
    failed(error) {
      outcome = { kind: 'error', error };
    },
    closed() {
      const wasOpen = ended === null;
      ended?.(outcome);
      return wasOpen;
    },
  };
}
