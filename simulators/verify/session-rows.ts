import { z } from 'zod';
import { type Millis, SECOND } from '#estate/units.ts';
import type { TrueSession } from '../charger/truth.ts';

const instant = z.iso.datetime().transform((text) => Date.parse(text));

/** A session as the API shows it, as far as the field knows it, too. */
export const sessionRow = z.object({
  id: z.string(),
  charger: z.string(),
  site: z.string().nullable(),
  evse: z.number(),
  token: z.string().nullable(),
  transaction: z.string(),
  state: z.string(),
  startedAt: instant,
  endedAt: instant.nullable(),
  energyWh: z.number(),
  cost: z.object({ amount: z.number() }).nullable(),
});

export type SessionRow = z.infer<typeof sessionRow>;

/** Times are told in milliseconds; some chargers tell them in seconds. */
const ROUNDING_MS = SECOND;

export function isSameTime(one: Millis, other: Millis): boolean {
  return Math.abs(one - other) <= ROUNDING_MS;
}

/**
 * The rows of each session, which are one as a rule, and those that are of none. A session is known by its transaction;
 * one whose name the charger never heard, by its EVSE and its start. A row that says again what another says of a
 * session is of that session, too.
 */
export function matched(
  sessions: readonly TrueSession[],
  rows: readonly SessionRow[],
): { own: Map<TrueSession, SessionRow[]>; foreign: SessionRow[] } {
  const named = new Map(sessions.map((session) => [session.transaction, session]));
  const own = new Map<TrueSession, SessionRow[]>(sessions.map((session) => [session, []]));
  const foreign: SessionRow[] = [];
  for (const row of rows) {
    const session = named.get(row.transaction) ?? sessions.find((each) => beganAlike(each, row));
    const list = session && own.get(session);
    if (list) list.push(row);
    else foreign.push(row);
  }
  return { own, foreign };
}

function beganAlike({ evse, startedAt, told }: TrueSession, row: SessionRow): boolean {
  return row.evse === evse && isSameTime(row.startedAt, told.startedAt ?? startedAt);
}
