import { isoTime } from '#estate/units.ts';
import type { Target } from '../target.ts';
import type { Identities } from './identities.ts';
import type { TimeShift } from './time-shift.ts';
import { traced, type TraceSession } from './trace.ts';

/** What came of the sessions that had ended when they were recorded. */
export interface SessionComparison {
  compared: number;
  /** Recorded sessions that the target does not have alike. */
  missing: TraceSession[];
}

/** Compares the recorded sessions that had ended with those of a platform into which they were replayed. */
export async function compareSessions(
  recorded: readonly TraceSession[],
  target: Target,
  { identities, shift }: { identities: Identities; shift: TimeShift },
): Promise<SessionComparison> {
  const ended = recorded.filter(({ state }) => state === 'ended');
  const moved = (instant: string | null) => instant && isoTime(Date.parse(instant) + shift.byMs);
  const waiting = Map.groupBy(ended, (session) =>
    keyOf({
      ...session,
      charger: identities.of(session.charger),
      startedAt: moved(session.startedAt) ?? session.startedAt,
      endedAt: moved(session.endedAt),
    }),
  );
  if (ended.length > 0) {
    for await (const session of target.all('/v1/sessions', traced.session)) waiting.get(keyOf(session))?.pop();
  }
  return { compared: ended.length, missing: [...waiting.values()].flat() };
}

function keyOf(session: TraceSession): string {
  return JSON.stringify(traced.session.parse(session));
}
