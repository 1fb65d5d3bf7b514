import type { Millis } from '#estate/units.ts';
import type { Probe } from '../probe.ts';

/** Who is connected, and for how long so: what a fleet's own wires know. */
export interface Attendance extends Probe {
  /** For so long a charger or gateway has been connected, or has not. */
  of(peer: string): { isUp: boolean; forMs: number };
}

/** @param now the time by which the platform judges how long somebody is away. */
export function createAttendance(now: () => Millis): Attendance {
  const since = now();
  const peers = new Map<string, { isUp: boolean; since: Millis }>();
  return {
    begin: () => () => {},
    asked() {},
    standing(peer, isUp) {
      if (peers.get(peer)?.isUp !== isUp) peers.set(peer, { isUp, since: now() });
    },
    of(peer) {
      const known = peers.get(peer) ?? { isUp: false, since };
      return { isUp: known.isUp, forMs: now() - known.since };
    },
  };
}
