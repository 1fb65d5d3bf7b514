import { PolisError } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import { summaryOf, type Account } from '../account.ts';
import type { Resolution, Session } from '../domain.ts';
import { costsOf } from '../cost/costs.ts';
import { toSession } from '../session-queries.ts';
import { accountIn, headOf, saveSession, sessionFact, type SettledAs } from '../sessions.ts';
import type { Trx } from '../tables.ts';

/** What a person decides about a session. */
export interface SettleInput {
  session: string;
  resolution: Resolution;
  /** `correct` and `end`: what counts in place of what was metered, Wh. */
  energyWh: number | null;
  /** `correct` and `end`: when it ended. */
  endedAt: Millis | null;
  note: string | null;
  by: string;
  at: Millis;
}

/**
 * Settles a session: its doubts leave the list, until a new one arises. What was metered is kept beside what counts.
 *
 * @throws PolisError `not-found`; `conflict` when the state of the session does not allow it; `invalid`.
 */
export const settleSession = unit(
  'charging.settleSession',
  async (trx: Trx, input: SettleInput): Promise<{ session: Session; facts: ChargingFact[] }> => {
    const row = await trx.selectFrom('charging_session').selectAll().where('id', '=', input.session).executeTakeFirst();
    const account = row && accountIn(row);
    if (!row || !account) throw new PolisError('not-found', `There is no session ${input.session} to settle.`);
    check(input, { state: row.state, startedAt: row.started_at });

    const settled = input.resolution === 'end' ? endedBy(input, account) : account;
    const saved = await saveSession(trx, {
      head: { ...headOf(row), settlement: settlementOf(input, settled) },
      account: settled,
      before: row,
      cause: { at: input.at, frame: null },
    });
    await trx.updateTable('session_doubt').set({ settled: 1 }).where('session', '=', row.id).execute();
    const ended = input.resolution === 'end' ? [sessionFact('session-ended', saved, input.at)] : [];
    return { session: toSession(saved, await costsOf(trx, [saved])), facts: ended };
  },
);

function endedBy({ by, at, endedAt }: SettleInput, account: Account): Account {
  const lastHeard = Math.min(account.last?.at ?? at, at);
  return { ...account, released: { at: endedAt ?? lastHeard, reason: `ended by ${by}` } };
}

function settlementOf({ resolution, energyWh, endedAt, note, by, at }: SettleInput, account: Account): SettledAs {
  const { energyWh: meteredWh } = summaryOf(account);
  const counted = resolution === 'discard' ? 0 : energyWh;
  // The end of a session that was ended here gives way to that of a stop that comes after all.
  const until = resolution === 'correct' ? endedAt : null;
  return { at, by, resolution, note, energyWh: counted, endedAt: until, meteredWh };
}

function check(
  { resolution, energyWh, endedAt, session, at }: SettleInput,
  { state, startedAt }: { state: string; startedAt: Millis },
): void {
  const active = state === 'active';
  if (active && (resolution === 'correct' || resolution === 'discard')) {
    throw new PolisError('conflict', `The session ${session} is active; end it first.`);
  }
  if (!active && resolution === 'end') {
    throw new PolisError('conflict', `The session ${session} is over; accept, correct or discard it.`);
  }
  const given = energyWh !== null || endedAt !== null;
  if (resolution === 'correct' && !given) {
    throw new PolisError('invalid', 'Say what is to count: energyWh, endedAt or both.');
  }
  if ((resolution === 'accept' || resolution === 'discard') && given) {
    throw new PolisError('invalid', `To ${resolution} takes no energyWh and no endedAt; correct it instead.`);
  }
  if (endedAt !== null && (endedAt < startedAt || endedAt > at)) {
    throw new PolisError('invalid', 'endedAt lies between the start of the session and now.');
  }
}
