import type { Clock } from '#estate/clock.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import type { Slots } from '../slots.ts';
import type { Findings } from './findings.ts';
import type { Identities } from './identities.ts';
import type { TimeShift } from './time-shift.ts';
import type { PeerIndex } from './trace-index.ts';

/** What the replays of all peers have in common. */
export interface Stage {
  clock: Clock;
  /** For handshakes under way. */
  slots: Slots;
  findings: Findings;
  identities: Identities;
  shift: TimeShift;
  /** Resolves when it is time for what was said at this instant. */
  pace(recordedAt: Millis): Promise<void>;
  /** Aborted: nothing more is played. */
  signal: AbortSignal;
}

/** Whom a replay plays. */
export interface Role {
  /** As recorded. */
  peer: string;
  /** As replayed. */
  identity: string;
  url: string;
  secret: string;
  index: PeerIndex;
}

/** A platform may be slow, but not slower. */
export const ANSWER_WITHIN_MS = 30 * SECOND;
const LINGER_MS = 2 * SECOND;
const LOOK_MS = 50;

/** Gives the platform a moment to ask what the recorded one asked. */
export async function linger({ clock, findings, signal }: Stage, { peer, index }: Role): Promise<void> {
  const isMissing = () => [...index.asked].some(([call, times]) => (findings.timesAsked(peer).get(call) ?? 0) < times);
  for (let waitedMs = 0; waitedMs < LINGER_MS && isMissing() && !signal.aborted; waitedMs += LOOK_MS)
    await clock.sleep(LOOK_MS, signal);
}
