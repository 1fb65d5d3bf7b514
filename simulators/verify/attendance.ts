import { z } from 'zod';
import type { Millis } from '#estate/units.ts';
import { GARBLED, type Probe } from '../probe.ts';
import { garbled, type Garbled, garbledAgain, mustBeKnown, NONE_GARBLED } from './garbled.ts';

/** Who is connected, and for how long so, and who sent what nobody can read: what a fleet's own wires know. */
export interface Attendance {
  /** Since when it is known, by the platform's time. */
  readonly since: Millis;
  /** For so long a charger or gateway has been connected, or has not. */
  of(peer: string): { isUp: boolean; forMs: number };
  /** How often it has come. */
  timesOf(peer: string): number;
  /** It has sent so much that nobody can read that the platform must have noticed. */
  isGarbled(peer: string): boolean;
}

/** The same while it is being kept. */
export interface AttendanceKeeper extends Attendance, Probe {
  /** What is known by now. */
  record(): AttendanceRecord;
}

const time = z.number();

/** Who was connected at a moment, by the platform's time. */
export const attendanceRecord = z.strictObject({
  at: time,
  /** Since when it has been kept: so long those were away who are not listed. */
  since: time,
  peers: z.record(
    z.string(),
    z.strictObject({
      isUp: z.boolean(),
      since: time,
      times: z.int().min(0),
      garbled,
    }),
  ),
});

export type AttendanceRecord = z.infer<typeof attendanceRecord>;

interface Peer {
  isUp: boolean;
  since: Millis;
  times: number;
  garbled: Garbled;
}

/** @param now the time by which the platform judges how long somebody is away. */
export function createAttendance(now: () => Millis): AttendanceKeeper {
  const since = now();
  const peers = new Map<string, Peer>();
  return {
    since,
    begin({ peer, name }) {
      if (name !== GARBLED) return () => {};
      return ({ kind }) => {
        const known = peers.get(peer);
        if (known && kind === 'done') known.garbled = garbledAgain(known.garbled, now());
      };
    },
    asked() {},
    standing(peer, isUp) {
      const { isUp: wasUp, times } = peers.get(peer) ?? { times: 0 };
      // Meanwhile the platform may have begun anew to count what it cannot read.
      if (wasUp !== isUp) peers.set(peer, { isUp, since: now(), times: times + (isUp ? 1 : 0), garbled: NONE_GARBLED });
    },
    of(peer) {
      const known = peers.get(peer) ?? { isUp: false, since };
      return { isUp: known.isUp, forMs: now() - known.since };
    },
    timesOf: (peer) => peers.get(peer)?.times ?? 0,
    isGarbled: (peer) => mustBeKnown(peers.get(peer)?.garbled ?? NONE_GARBLED, now()),
    record: () => ({ at: now(), since, peers: Object.fromEntries(peers) }),
  };
}

/** As it was at the moment of the record. */
export function recalled({ at, since, peers }: AttendanceRecord): Attendance {
  const known = new Map(Object.entries(peers));
  return {
    since,
    of(peer) {
      const { isUp, since: sinceThen } = known.get(peer) ?? { isUp: false, since };
      return { isUp, forMs: at - sinceThen };
    },
    timesOf: (peer) => known.get(peer)?.times ?? 0,
    isGarbled: (peer) => mustBeKnown(known.get(peer)?.garbled ?? NONE_GARBLED, at),
  };
}
