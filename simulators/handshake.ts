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
  const ended = probe.begin({ kind: 'connect', peer, name: 'handshake' });
  let outcome: Outcome = { kind: 'lost' };
  return {
    opened() {
      outcome = { kind: 'done' };
      ended(outcome);
    },
    failed(error) {
      if (outcome.kind === 'lost') outcome = { kind: 'error', error };
    },
    closed() {
      const wasOpen = outcome.kind === 'done';
      if (!wasOpen) ended(outcome);
      return wasOpen;
    },
  };
}
