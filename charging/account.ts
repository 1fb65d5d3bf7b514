import type { Millis } from '#estate/units.ts';
import type { Protocol, SessionState, TransactionReport } from './domain.ts';
import { energyWh, unmetered, withRegister, type Metering } from './energy.ts';

/** What a report says of its transaction, and the key that makes it the same report when it comes again. */
export interface TransactionEvent extends Pick<
  TransactionReport,
  'phase' | 'seqNo' | 'evse' | 'connector' | 'token' | 'at' | 'firstRegisterWh' | 'lastRegisterWh' | 'powerW' | 'reason'
> {
  key: string;
}

interface Closing {
  at: Millis;
  reason: string | null;
}

/**
 * The account of one session: what its events come to, in the order in which they happened. Whatever the order in which
 * they arrived, and however often, the same events give the same account.
 */
export interface Account {
  protocol: Protocol;
  began: TransactionEvent | null;
  ended: TransactionEvent | null;
  /** The connector was found free, or another session began there, and no stop was heard. */
  released: Closing | null;
  /** The event that the next one must come after. */
  last: TransactionEvent | null;
  /** How many events it holds. */
  events: number;
  startedAt: Millis;
  evse: number | null;
  connector: number | null;
  token: string | null;
  metering: Metering;
  powerW: number | null;
  measuredAt: Millis | null;
  /** True when a register above the final one was reported for a time after the stop. */
  meteredAfterStop: boolean;
}

export function emptyAccount(protocol: Protocol): Account {
  return {
    protocol,
    began: null,
    ended: null,
    released: null,
    last: null,
    events: 0,
    startedAt: 0,
    evse: null,
    connector: null,
    token: null,
    metering: unmetered,
    powerW: null,
    measuredAt: null,
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
export function withEvent(account: Account, event: TransactionEvent): Account {
  if (account.ended) {
    const beyond = (event.lastRegisterWh ?? 0) > (account.ended.lastRegisterWh ?? Infinity);
    return beyond ? { ...account, meteredAfterStop: true } : account;
  }
  return {
    ...account,
    began: event.phase === 'began' ? event : account.began,
    ended: event.phase === 'ended' ? event : account.ended,
    last: event,
    events: account.events + 1,
    startedAt: account.last ? account.startedAt : event.at,
    evse: account.evse ?? event.evse,
    connector: account.connector ?? event.connector,
    token: account.token ?? event.token,
    metering: meteredBy(event, account.metering),
    powerW: event.powerW ?? account.powerW,
    measuredAt: event.powerW === null ? account.measuredAt : event.at,
  };
}

/** The first register of a report may be as old as the session (Transaction.Begin): it serves as baseline only. */
function meteredBy(event: TransactionEvent, before: Metering): Metering {
  const { at, firstRegisterWh: first, lastRegisterWh: last } = event;
  const based = first === null || before.climbs.length > 0 ? before : withRegister(before, { at, wh: first });
  return last === null ? based : withRegister(based, { at, wh: last });
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
  doubts: string[];
}

/** What an account comes to. A 1.6 transaction that we never began is an orphan: incomplete, whatever came of it. */
export function summaryOf(account: Account): Summary {
  const { ended, released, last } = account;
  const orphan = account.protocol === 'ocpp1.6' && account.began === null;
  const state = orphan ? 'incomplete' : ended ? 'ended' : released ? 'incomplete' : 'active';
  const closing =
    orphan && last ? { at: (ended ?? last).at, reason: 'the transaction is not known' } : (ended ?? released);
  return {
    state,
    startedAt: account.startedAt,
    endedAt: closing?.at ?? null,
    energyWh: energyWh(account.metering),
    powerW: closing ? null : account.powerW,
    measuredAt: account.measuredAt,
    reason: closing?.reason ?? null,
    doubts: doubtsOf(account, orphan),
  };
}

function doubtsOf(account: Account, orphan: boolean): string[] {
  const { began, ended } = account;
  const doubts: string[] = [...account.metering.doubts];
  if (orphan) doubts.push(ended ? 'orphan-stop' : 'orphan-meter');
  else if (!began) doubts.push('missing-start');
  if (account.meteredAfterStop) doubts.push('metered-after-stop');
  if (began?.seqNo != null && ended?.seqNo != null && account.events <= ended.seqNo - began.seqNo) {
    doubts.push('missing-events');
  }
  return doubts;
}
