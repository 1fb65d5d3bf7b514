import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { Resolution, Session } from '../domain.ts';
import { costsOf } from '../cost/costs.ts';
import { toSession } from '../session-queries.ts';
import type { Trx } from '../tables.ts';
import { DOUBTS, type Doubt } from './doubts.ts';

/** A session that a person should look at, with all that helps to settle it. */
export interface DoubtfulSession {
  session: Session;
  /** `text` says in plain words what is the matter. */
  doubts: { doubt: Doubt; text: string; since: Millis }[];
  /** The messages that raised the doubts, as they came over the wire. */
  frames: { receivedAt: Millis; frame: string }[];
  /** What a person can do about it. */
  resolutions: Resolution[];
}

export interface ReconciliationQuery {
  charger?: DeviceId;
  site?: SiteId;
  doubt?: Doubt;
  /** False: those with a doubt that nobody settled; true: the others that have doubts. */
  settled: boolean;
  /** The id of the last session of the page before. */
  before?: string;
  limit: number;
}

/** Newest first. */
export const listDoubtful = unit(
  'charging.listDoubtful',
  async (trx: Trx, query: ReconciliationQuery): Promise<DoubtfulSession[]> => {
    const ids = await idsOf(trx, query);
    if (ids.length === 0) return [];
    const sessions = await trx.selectFrom('charging_session').selectAll().where('id', 'in', ids).execute();
    const doubts = await trx
      .selectFrom('session_doubt')
      .selectAll()
      .where('session', 'in', ids)
      .orderBy('since')
      .orderBy('doubt')
      .execute();
    const costs = await costsOf(trx, sessions);
    return ids.flatMap((id) => {
      const row = sessions.find((one) => one.id === id);
      return row ? [viewOf(toSession(row, costs), Map.groupBy(doubts, ({ session }) => session).get(id) ?? [])] : [];
    });
  },
);

async function idsOf(trx: Trx, query: ReconciliationQuery): Promise<string[]> {
  let select = trx
    .selectFrom('session_doubt')
    .innerJoin('charging_session', 'charging_session.id', 'session_doubt.session')
    .select('session_doubt.session')
    .distinct()
    .where('session_doubt.settled', '=', query.settled ? 1 : 0);
  if (query.settled) {
    const open = trx.selectFrom('session_doubt').select('session').where('settled', '=', 0);
    select = select.where('session_doubt.session', 'not in', open);
  }
  if (query.charger !== undefined) select = select.where('charging_session.charger', '=', query.charger);
  if (query.site !== undefined) select = select.where('charging_session.site', '=', query.site);
  if (query.doubt !== undefined) select = select.where('session_doubt.doubt', '=', query.doubt);
  if (query.before !== undefined) select = select.where('session_doubt.session', '<', query.before);
  const rows = await select.orderBy('session_doubt.session', 'desc').limit(query.limit).execute();
  return rows.map(({ session }) => session);
}

function viewOf(
  session: Session,
  rows: readonly { doubt: string; since: number; frame: string | null }[],
): DoubtfulSession {
  const doubts = rows.flatMap(({ doubt, since }) => (isDoubt(doubt) ? [{ doubt, text: DOUBTS[doubt], since }] : []));
  const frames = new Map(rows.flatMap(({ frame, since }) => (frame === null ? [] : [[frame, since] as const])));
  return {
    session,
    doubts,
    frames: [...frames].map(([frame, receivedAt]) => ({ receivedAt, frame })),
    resolutions: session.state === 'active' ? ['accept', 'end'] : ['accept', 'correct', 'discard'],
  };
}

function isDoubt(name: string): name is Doubt {
  return Object.hasOwn(DOUBTS, name);
}
