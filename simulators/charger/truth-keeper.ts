import type { Millis } from '#estate/units.ts';
import type { SessionNews } from './news.ts';
import type { ChargerSession, Outlet } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import type { ConfirmedMessage, Told, ToldTruth, TrueSession } from './truth.ts';

/** Notes what happened at a charger. */
export interface TruthKeeper {
  heard(news: SessionNews): void;
  confirmed(message: OutboxMessage, by: { transaction: string | null; confirmedAt: Millis; cost: number | null }): void;
  refused(message: OutboxMessage): void;
  /** There was no room for it in the queue. */
  dropped(message: OutboxMessage): void;
  list(now: {
    outlets: readonly Outlet[];
    queue: readonly OutboxMessage[];
  }): Pick<ToldTruth, 'confirmed' | 'refused' | 'sessions'>;
}

export interface TruthBounds {
  /** How many sessions are remembered, and refused messages; the oldest go first. */
  sessions: number;
  /** How many confirmed messages are listed: a day of 5,000 chargers has 400,000. They are counted in any case. */
  confirmed: number;
}

type Lived = Omit<TrueSession, 'told'>;

export function createTruthKeeper(most: TruthBounds): TruthKeeper {
  const confirmations: ConfirmedMessage[] = [];
  const refusals: OutboxMessage[] = [];
  const sessions = new Map<string, Lived>();
  const told = new Map<string, Told>();
  const toldOf = (session: string) => {
    const known = told.get(session) ?? newlyTold();
    keepOf(told, { key: session, value: known }, most.sessions);
    return known;
  };
  return {
    heard({ kind, outlet, session, at }) {
      if (kind !== 'began' && kind !== 'ended') return;
      const lived = livedSession(outlet, session, kind === 'ended' ? at : null);
      keepOf(sessions, { key: session.id, value: lived }, most.sessions);
    },
    confirmed(message, { transaction, confirmedAt, cost }) {
      const { action, kind, session, evse, seqNo, at, registerWh } = message;
      keep(
        confirmations,
        { action, kind, session, transaction, evse, seqNo, at, confirmedAt, registerWh },
        most.confirmed,
      );
      const sofar = toldOf(session);
      sofar.confirmed[kind] += 1;
      sofar.registerWh = Math.max(sofar.registerWh ?? 0, registerWh);
      if (kind === 'began') sofar.startedAt = at;
      if (kind === 'ended') sofar.endedAt = at;
      const known = sessions.get(session);
      if (known) Object.assign(known, { transaction, cost: cost ?? known.cost });
    },
    refused(message) {
      keep(refusals, message, most.sessions);
      toldOf(message.session).lost += 1;
    },
    dropped: ({ session }) => void (toldOf(session).lost += 1),
    list({ outlets, queue }) {
      const waiting = Map.groupBy(queue, ({ session }) => session);
      const ended = [...sessions.values()].filter(({ endedAt }) => endedAt !== null);
      const running = outlets.flatMap((each) => (each.session ? [livedSession(each, each.session, null)] : []));
      return {
        confirmed: [...confirmations],
        refused: [...refusals],
        sessions: [...ended, ...running].map((lived) => {
          const sofar = told.get(lived.session) ?? newlyTold();
          const waits = waiting.get(lived.session)?.length ?? 0;
          return { ...lived, told: { ...sofar, confirmed: { ...sofar.confirmed }, waiting: waits } };
        }),
      };
    },
  };
}

function newlyTold(): Told {
  const confirmed = { began: 0, sampled: 0, asked: 0, changed: 0, ended: 0 };
  return { confirmed, lost: 0, waiting: 0, startedAt: null, endedAt: null, registerWh: null };
}

function livedSession(outlet: Outlet, session: ChargerSession, endedAt: Millis | null): Lived {
  const { id, transaction, token, startedAt, startWh, cost } = session;
  const energyWh = outlet.registerWh - startWh;
  return { session: id, transaction, evse: outlet.evse, token, startedAt, endedAt, startWh, energyWh, cost };
}

function keep<T>(list: T[], entry: T, most: number): void {
  list.push(entry);
  if (list.length > most) list.shift();
}

function keepOf<T>(map: Map<string, T>, entry: { key: string; value: T }, most: number): void {
  map.set(entry.key, entry.value);
  const [oldest] = map.size > most ? map.keys() : [];
  if (oldest !== undefined) map.delete(oldest);
}
