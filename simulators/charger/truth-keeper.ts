import type { Millis } from '#estate/units.ts';
import type { SessionNews } from './news.ts';
import type { ChargerSession, Outlet } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import type { ChargerTruth, ConfirmedMessage, TrueSession } from './truth.ts';

/** Notes what happened at a charger, up to a number of entries of each kind; the oldest go first. */
export interface TruthKeeper {
  heard(news: SessionNews): void;
  confirmed(message: OutboxMessage, by: { transaction: string | null; confirmedAt: Millis; cost: number | null }): void;
  refused(message: OutboxMessage): void;
  list(outlets: readonly Outlet[]): Pick<ChargerTruth, 'confirmed' | 'refused' | 'sessions'>;
}

export function createTruthKeeper(bound: number): TruthKeeper {
  const confirmations: ConfirmedMessage[] = [];
  const refusals: OutboxMessage[] = [];
  const sessions: TrueSession[] = [];
  const keep = <T>(list: T[], entry: T) => {
    list.push(entry);
    if (list.length > bound) list.shift();
  };
  return {
    heard({ kind, outlet, session, at }) {
      if (kind === 'began') keep(sessions, trueSession(outlet, session, null));
      if (kind !== 'ended') return;
      const known = sessions.find((each) => each.session === session.id);
      if (known) Object.assign(known, trueSession(outlet, session, at));
      else keep(sessions, trueSession(outlet, session, at));
    },
    confirmed(message, { transaction, confirmedAt, cost }) {
      const { action, kind, session, evse, seqNo, at, registerWh } = message;
      keep(confirmations, { action, kind, session, transaction, evse, seqNo, at, confirmedAt, registerWh });
      const known = sessions.find((each) => each.session === session);
      if (known) Object.assign(known, { transaction, cost: cost ?? known.cost });
    },
    refused: (message) => keep(refusals, message),
    list(outlets) {
      const running = outlets.flatMap((each) => (each.session ? [trueSession(each, each.session, null)] : []));
      return {
        confirmed: [...confirmations],
        refused: [...refusals],
        sessions: [...sessions.filter((each) => each.endedAt !== null).map((each) => ({ ...each })), ...running],
      };
    },
  };
}

function trueSession(outlet: Outlet, session: ChargerSession, endedAt: Millis | null): TrueSession {
  const { id, transaction, token, startedAt, startWh, cost } = session;
  const energyWh = outlet.registerWh - startWh;
  return { session: id, transaction, evse: outlet.evse, token, startedAt, endedAt, startWh, energyWh, cost };
}
