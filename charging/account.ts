import { HOUR, type Millis } from '#estate/units.ts';
import type { Protocol, SessionState, TransactionReport } from './domain.ts';
import { energyWh, isUnitDoubtful, unmetered, withRegister, type Metering } from './energy.ts';
import { phasesOf } from './phases.ts';
import type { Doubt } from './reconciliation/doubts.ts';

/** What a report says of its transaction, and the key that makes it the same report when it comes again. */
export interface TransactionEvent extends Pick<
  TransactionReport,
  | 'phase'
  | 'seqNo'
  | 'evse'
  | 'connector'
  | 'token'
  | 'at'
  | 'firstRegisterWh'
  | 'lastRegisterWh'
  | 'powerW'
  | 'currentA'
  | 'reason'
> {
  key: string;
}

/** How a session is closed without a stop. */
export interface Closing {
  at: Millis;
  reason: string;
  /** It fell silent: what is heard of it afterwards opens it again. */
  silent?: boolean;
}

/**
 * The account of one session: what its events come to, in the order in which they happened. Whatever the order in which
 * they arrived, and however often, the same events give the same account.
 */
export interface Account {
  protocol: Protocol;
  began: TransactionEvent | null;
  ended: TransactionEvent | null;
  /** The connector was found free, another session began there, or it fell silent, and no stop was heard. */
  released: Closing | null;
  /** Why its missing events are no longer waited for. */
  lost: string | null;
  /** The event that the next one must come after. */
  last: TransactionEvent | null;
  /** How many events it holds. */
  events: number;
  /** How many more are kept, which came late and are not counted in yet. */
  uncounted: number;
  startedAt: Millis;
  evse: number | null;
  connector: number | null;
  token: string | null;
  metering: Metering;
  powerW: number | null;
  measuredAt: Millis | null;
  /** What the powers told come to, Wh: an estimate, from which nothing but the size of the energy is judged. */
  expectedWh: number;
  /** Told together with the power. */
  currentA: number[] | null;
  /** As last known. */
  phases: 1 | 3 | null;
  /** True when a register above the final one was reported for a time after the stop. */
  meteredAfterStop: boolean;
}

export function emptyAccount(protocol: Protocol): Account {
  return {
    protocol,
    began: null,
    ended: null,
    released: null,
    lost: null,
    last: null,
    events: 0,
    uncounted: 0,
    startedAt: 0,
    evse: null,
    connector: null,
    token: null,
    metering: unmetered,
    powerW: null,
    measuredAt: null,
    expectedWh: 0,
    currentA: null,
    phases: null,
    meteredAfterStop: false,
  };
}

const RANK = { began: 0, updated: 1, ended: 2 } as const;

/**
 * The order in which events happened: the start first; the rest by number (OCPP 2.0.1 E, seqNo), or by time where they have
 * none (1.6); never by arrival. At one and the same time a register can only have grown, and the stop comes last.
 */
export function inOrder(a: TransactionEvent, b: TransactionEvent): number {
  if (a.phase === 'began' || b.phase === 'began') return RANK[a.phase] - RANK[b.phase];
  return (
    (a.seqNo ?? a.at) - (b.seqNo ?? b.at) ||
    RANK[a.phase] - RANK[b.phase] ||
    (a.lastRegisterWh ?? 0) - (b.lastRegisterWh ?? 0) ||
    (a.key < b.key ? -1 : 1)
  );
}

/** The account of all the events of a session, given in any order. */
export function accountOf(empty: Account, events: readonly TransactionEvent[]): Account {
  return events.toSorted(inOrder).reduce(withEvent, empty);
}

/** The account with one event more, which comes after all that it holds. What comes after the stop changes nothing. */
export function withEvent(account: Account, told: TransactionEvent): Account {
  const event = isOfAnother(account, told) ? { ...told, ...NOTHING_METERED } : told;
  if (account.ended) {
    const beyond = (event.lastRegisterWh ?? 0) > (account.ended.lastRegisterWh ?? Infinity);
    return beyond ? { ...account, meteredAfterStop: true } : account;
  }
  return {
    ...account,
    began: event.phase === 'began' ? event : account.began,
    ended: event.phase === 'ended' ? event : account.ended,
    last: told,
    events: account.events + 1,
    startedAt: account.last ? account.startedAt : event.at,
    evse: account.evse ?? event.evse,
    connector: account.connector ?? event.connector,
    token: account.token ?? event.token,
    metering: meteredBy(event, account.metering),
    powerW: event.powerW ?? account.powerW,
    measuredAt: event.powerW === null ? account.measuredAt : event.at,
    expectedWh: account.expectedWh + expectedSince(account, event),
    currentA: event.currentA ?? (event.powerW === null ? account.currentA : null),
    phases: phasesOf(event.currentA, event.powerW ?? account.powerW) ?? account.phases,
  };
}

const NOTHING_METERED = { firstRegisterWh: null, lastRegisterWh: null, powerW: null, currentA: null };

/** A meter value that names this transaction but another EVSE: its register is that of another meter, and proves nothing here. */
function isOfAnother(account: Account, { phase, evse }: TransactionEvent): boolean {
  return (
    phase === 'updated' &&
    evse !== null &&
    evse > 0 &&
    account.evse !== null &&
    account.evse > 0 &&
    evse !== account.evse
  );
}

/** What flowed between two powers, as if one went over into the other evenly, Wh. */
function expectedSince({ powerW, measuredAt }: Account, event: TransactionEvent): number {
  if (powerW === null || measuredAt === null || event.powerW === null) return 0;
  return (((powerW + event.powerW) / 2) * Math.max(0, event.at - measuredAt)) / HOUR;
}

/** The first register of a report may be as old as the session (Transaction.Begin): it serves as baseline only. */
function meteredBy(event: TransactionEvent, before: Metering): Metering {
  const { at, firstRegisterWh: first, lastRegisterWh: last } = event;
  const based = first === null || before.climbs.length > 0 ? before : withRegister(before, { at, wh: first });
  return last === null ? based : withRegister(based, { at, wh: last });
}

/** How many of the numbers between the first event and the last are missing (OCPP 2.0.1 E, seqNo). */
export function missingEvents({ began, last, events, uncounted }: Account): number {
  if (began?.seqNo == null || last?.seqNo == null) return 0;
  return Math.max(0, last.seqNo - began.seqNo + 1 - events - uncounted);
}

/** Whether something of the session is still to come, or was lost. Of a 1.6 session nobody can know. */
export function hasGap(account: Account): boolean {
  return account.protocol === 'ocpp2.0.1' && (account.began === null || missingEvents(account) > 0);
}

/** What people are told of a session. */
export interface Summary {
  state: SessionState;
  startedAt: Millis;
  endedAt: Millis | null;
  energyWh: number;
  powerW: number | null;
  measuredAt: Millis | null;
  reason: string | null;
  doubts: Doubt[];
}

/** What an account comes to. A 1.6 transaction that we never began is an orphan: incomplete, whatever came of it. */
export function summaryOf(account: Account): Summary {
  const { ended, released, last } = account;
  const orphan = account.protocol === 'ocpp1.6' && account.began === null;
  const closing =
    orphan && last ? { at: (ended ?? last).at, reason: 'the transaction is not known' } : (ended ?? released);
  const lost = ended && hasGap(account) ? account.lost : null;
  const complete = ended !== null && lost === null && !orphan;
  return {
    state: closing === null ? 'active' : complete ? 'ended' : 'incomplete',
    startedAt: account.startedAt,
    endedAt: closing?.at ?? null,
    energyWh: energyWh(account.metering),
    powerW: closing ? null : account.powerW,
    measuredAt: account.measuredAt,
    reason: lost ?? closing?.reason ?? null,
    doubts: doubtsOf(account, orphan),
  };
}

function doubtsOf(account: Account, orphan: boolean): Doubt[] {
  const { began, ended, metering, expectedWh } = account;
  const doubts = new Set<Doubt>(metering.doubts);
  const durationMs = (account.last?.at ?? account.startedAt) - account.startedAt;
  if (isUnitDoubtful(metering, { expectedWh, durationMs })) doubts.add('unit');
  if (orphan) doubts.add(ended ? 'orphan-stop' : 'orphan-meter');
  else if (account.released && !ended) doubts.add('missing-stop');
  if (hasGap(account)) doubts.add(account.lost !== null ? 'lost-events' : began ? 'missing-events' : 'missing-start');
  if (account.meteredAfterStop) doubts.add('metered-after-stop');
  if (account.uncounted > 0) doubts.add('late-events');
  return [...doubts];
}
