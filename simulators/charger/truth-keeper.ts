import type { Millis } from '#estate/units.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import type { SessionNews } from './news.ts';
import type { ChargerSession, Outlet } from './outlet.ts';
import type { OutboxMessage } from './outbox.ts';
import type { ConfirmedMessage, Told, ToldTruth, TrueSession } from './truth.ts';
import { listMeters, newTruthMeters, noteHeard, noteLost, noteMeasured, type TruthMeters } from './truth-meters.ts';

export interface TruthBounds {
  /** How many sessions are remembered, and refused messages; the oldest go first. */
  sessions: number;
  /** How many confirmed messages are listed: a day of 5,000 chargers has 400,000. They are counted in any case. */
  confirmed: number;
}

/** What was noted of a charger. */
export interface NotedTruth {
  readonly most: TruthBounds;
  readonly confirmed: ConfirmedMessage[];
  readonly refused: OutboxMessage[];
  readonly sessions: Noted[];
  readonly meters: TruthMeters;
}

type Lived = Omit<TrueSession, 'told'>;

interface Noted {
  session: string;
  /** Null of one that began before anything was noted. */
  lived: Lived | null;
  told: Told;
}

export function newTruth(most: TruthBounds): NotedTruth {
  return { most, confirmed: [], refused: [], sessions: [], meters: newTruthMeters() };
}

export function noteStep(truth: NotedTruth, { kind, outlet, session, at }: SessionNews): void {
  if (kind !== 'began' && kind !== 'ended') return;
  notedOf(truth, session.id).lived = livedSession(outlet, session, kind === 'ended' ? at : null);
}

/** A message is to be sent. @param trueAt when that was, by the right clock. */
export function noteQueued({ meters }: NotedTruth, message: OutboxMessage, trueAt: Millis): void {
  noteMeasured(meters, message, trueAt);
}

export function noteConfirmed(
  truth: NotedTruth,
  message: OutboxMessage,
  { transaction, confirmedAt, cost }: { transaction: string | null; confirmedAt: Millis; cost: number | null },
): void {
  const { action, kind, session, evse, seqNo, at, registerWh } = message;
  const listed = { action, kind, session, transaction, evse, seqNo, at, confirmedAt, registerWh };
  keep(truth.confirmed, listed, truth.most.confirmed);
  const { lived, told } = notedOf(truth, session);
  told.confirmed[kind] += 1;
  told.registerWh = Math.max(told.registerWh ?? 0, registerWh);
  if (kind === 'began') told.startedAt = at;
  if (kind === 'ended') Object.assign(told, { endedAt: at, cost });
  // To whom the platform gave no name, it cannot know where that ended.
  if (transaction !== null || kind !== 'ended') noteHeard(truth.meters, message);
  if (lived) Object.assign(lived, { transaction, cost: cost ?? lived.cost });
}

export function noteRefused(truth: NotedTruth, message: OutboxMessage): void {
  keep(truth.refused, message, truth.most.sessions);
  noteDropped(truth, message);
}

/** There was no room for it in the queue. */
export function noteDropped(truth: NotedTruth, message: OutboxMessage): void {
  notedOf(truth, message.session).told.lost += 1;
  noteLost(truth.meters, message);
}

/** All that was noted, with the sessions that run now. */
export function listNoted(
  truth: NotedTruth,
  { plan, outlets, queue }: { plan: ChargerPlan; outlets: readonly Outlet[]; queue: readonly OutboxMessage[] },
): Pick<ToldTruth, 'confirmed' | 'refused' | 'sessions' | 'meters'> {
  const waiting = Map.groupBy(queue, ({ session }) => session);
  const told = new Map(truth.sessions.map((noted) => [noted.session, noted.told]));
  const ended = truth.sessions.flatMap(({ lived }) => (lived && lived.endedAt !== null ? [lived] : []));
  const running = outlets.flatMap((each) => (each.session ? [livedSession(each, each.session, null)] : []));
  return {
    confirmed: [...truth.confirmed],
    refused: [...truth.refused],
    sessions: [...ended, ...running].map((lived) => {
      const sofar = told.get(lived.session) ?? newlyTold();
      const waits = waiting.get(lived.session)?.length ?? 0;
      return { ...lived, told: { ...sofar, confirmed: { ...sofar.confirmed }, waiting: waits } };
    }),
    meters: listMeters(truth.meters, plan),
  };
}

function notedOf({ sessions, most }: NotedTruth, session: string): Noted {
  const known = sessions.findLast((noted) => noted.session === session);
  if (known) return known;
  const fresh: Noted = { session, lived: null, told: newlyTold() };
  keep(sessions, fresh, most.sessions);
  return fresh;
}

function newlyTold(): Told {
  const confirmed = { began: 0, sampled: 0, asked: 0, changed: 0, ended: 0 };
  return { confirmed, lost: 0, waiting: 0, startedAt: null, endedAt: null, registerWh: null, cost: null };
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
