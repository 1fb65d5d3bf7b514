import { PolisError } from '#estate/errors.ts';
import { type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { type Car, charge, type Offer } from '../car.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import type { ChargerNews, SessionNews, StopReason, Trigger } from './news.ts';
import { newOutlet, type Outlet, type OutletStatus, powerOfOutlet, readMeter, statusOf } from './outlet.ts';
import { limitOf, type LimitQuery, type StoredProfile, unexpired } from './profiles.ts';
import { heldBy, isHeldFree, isRefused, type Reservation, without } from './reservation.ts';

/** How long a charger that knows the driver waits for the cable (ConnectionTimeOut). */
const CABLE_WAIT_MS = 2 * MINUTE;
/** How long after a new offer the power is worth a look. */
const SETTLED_MS = 5 * SECOND;

/**
 * The inside of a charging station: contactors, meters and rules, without a word of OCPP. It is data; the functions of
 * this file change it. Time is always passed in, so a day can be run in a second.
 */
export interface Charger {
  readonly plan: ChargerPlan;
  readonly outlets: Outlet[];
  profiles: StoredProfile[];
  reservations: Reservation[];
  /** The status last told of each outlet; null: none. */
  readonly told: (OutletStatus | null)[];
  /** Hears what the charger has to say. */
  readonly tell: (news: ChargerNews) => void;
  /** A name for a new session, never given twice. */
  readonly nameSession: (outlet: Outlet, now: Millis) => string;
}

/** A driver whom the charger may serve. */
export interface Driver {
  token: string;
  group?: string | null;
  remoteStartId?: number | null;
}

/** A charger as planned, or as it was saved. */
export function createCharger(
  plan: ChargerPlan,
  voice: Pick<Charger, 'tell' | 'nameSession'>,
  from: { now: Millis } & { [Part in 'outlets' | 'profiles' | 'reservations']?: Charger[Part] | undefined },
): Charger {
  const planned = () => Array.from({ length: plan.evses }, (_, n) => newOutlet(plan, { evse: n + 1, now: from.now }));
  const { outlets = planned(), profiles = [], reservations = [] } = from;
  return { plan, outlets, profiles, reservations, told: outlets.map(() => null), ...voice };
}

/** The outlet of an EVSE's number; `not-found` when there is none. */
export function outletAt(charger: Charger, evse: number): Outlet {
  const outlet = charger.outlets.find((each) => each.evse === evse);
  if (outlet) return outlet;
  throw new PolisError(
    'not-found',
    `${charger.plan.id} has EVSEs 1 to ${charger.plan.evses}; ask for one of them, not ${evse}.`,
  );
}

/** Plugs a car in; the session begins if a driver waits. `conflict` when a car is there. */
export function plugIn(charger: Charger, at: { evse: number; car: Car }, now: Millis): void {
  const outlet = outletAt(charger, at.evse);
  if (outlet.car)
    throw new PolisError('conflict', `A car is plugged into ${charger.plan.id}:${at.evse}; unplug it first.`);
  count(charger, outlet, now);
  outlet.car = { ...at.car, offerA: 0, heard: null };
  outlet.served = false;
  if (outlet.waiting) begin(charger, outlet, { ...outlet.waiting, trigger: 'cable', at: now });
  settle(charger, outlet, now);
}

/** Pulls the cable; a session that still runs ends. Gives the car back. */
export function unplug(charger: Charger, evse: number, now: Millis): Car | null {
  const outlet = outletAt(charger, evse);
  end(charger, outlet, { trigger: 'EVDisconnected', at: now });
  const { car } = outlet;
  outlet.car = null;
  settle(charger, outlet, now);
  return car;
}

/** Serves a known driver: the session begins, or waits for the cable. False when the outlet cannot. */
export function admit(charger: Charger, to: { evse: number; driver: Driver }, now: Millis): boolean {
  const outlet = outletAt(charger, to.evse);
  if (outlet.session || outlet.fault !== null || !outlet.operative) return false;
  const { token, group = null, remoteStartId = null } = to.driver;
  if (isRefused(charger, outlet, { token, group })) return false;
  count(charger, outlet, now);
  if (outlet.car) {
    const trigger = remoteStartId === null ? 'card' : 'remote';
    begin(charger, outlet, { token, group, remoteStartId, trigger, at: now });
  } else {
    outlet.waiting = { token, group, remoteStartId, untilMs: now + CABLE_WAIT_MS };
  }
  settle(charger, outlet, now);
  return true;
}

/** Ends the session of an outlet, if one runs; the car stays plugged. */
export function stopSession(
  charger: Charger,
  at: { evse: number; reason: StopReason; card?: string },
  now: Millis,
): void {
  const outlet = outletAt(charger, at.evse);
  end(charger, outlet, { trigger: at.reason, card: at.card, at: now });
  settle(charger, outlet, now);
}

/** Takes an outlet out of service or back; false when it must wait for the end of the session. */
export function setOperative(charger: Charger, to: { evse: number; operative: boolean }, now: Millis): boolean {
  const outlet = outletAt(charger, to.evse);
  outlet.operativeNext = outlet.session ? to.operative : null;
  if (outlet.session) return false;
  outlet.operative = to.operative;
  settle(charger, outlet, now);
  return true;
}

/** Breaks an outlet (a running session ends), or mends it with null. */
export function setFault(charger: Charger, to: { evse: number; fault: string | null }, now: Millis): void {
  const outlet = outletAt(charger, to.evse);
  if (to.fault !== null) end(charger, outlet, { trigger: 'Other', at: now });
  outlet.fault = to.fault;
  settle(charger, outlet, now);
}

/** Counts energy up to now, follows limits, and takes a meter sample where one is due. */
export function tick(charger: Charger, now: Millis, sampleEveryMs: number): void {
  if (charger.profiles.length > 0) charger.profiles = unexpired(charger.profiles, now);
  if (charger.reservations.length > 0) review(charger, now);
  for (const outlet of charger.outlets) {
    count(charger, outlet, now);
    if (outlet.waiting && outlet.waiting.untilMs <= now) outlet.waiting = null;
    settle(charger, outlet, now);
    const { session } = outlet;
    if (!session) continue;
    // A new offer shows soon, and the interval may have become shorter since the last sample.
    const withinMs = Math.min(sampleEveryMs, outlet.car?.heard ? SETTLED_MS : Infinity);
    session.nextSampleAt = Math.min(session.nextSampleAt, now + withinMs);
    if (now < session.nextSampleAt) continue;
    sample(charger, outlet, { trigger: 'clock', at: now });
    session.nextSampleAt = Math.max(session.nextSampleAt, now - sampleEveryMs) + sampleEveryMs;
  }
}

/** Tells what the meter of a running session shows. */
export function sample(charger: Charger, outlet: Outlet, cause: { trigger: Trigger; at: Millis }): void {
  tellSession(charger, outlet, { kind: 'sampled', ...cause });
}

/** Power into the car of an outlet, W. */
export function powerAt(charger: Charger, outlet: Outlet, now: Millis): number {
  return outlet.session ? powerOfOutlet(outlet, offerOf(charger, outlet, now)) : 0;
}

export function statusAt(charger: Charger, outlet: Outlet, now: Millis): OutletStatus {
  const status = statusOf(outlet, offerOf(charger, outlet, now));
  return status === 'Available' && isHeldFree(charger, outlet) ? 'Reserved' : status;
}

/** Keeps outlets free as told from now on. */
export function setReservations(charger: Charger, reservations: Reservation[], now: Millis): void {
  charger.reservations = reservations;
  for (const outlet of charger.outlets) settle(charger, outlet, now);
}

/** Gives up reservations whose time has passed, or whose EVSE can serve nobody (OCPP 2.0.1 use case H04). */
function review(charger: Charger, now: Millis): void {
  for (const { number, evse, untilMs } of charger.reservations) {
    const outlet = charger.outlets.find((each) => each.evse === evse);
    const isBroken = outlet !== undefined && (outlet.fault !== null || !outlet.operative);
    if (untilMs > now && !isBroken) continue;
    setReservations(charger, without(charger.reservations, number), now);
    charger.tell({ kind: 'reservation-over', number, how: isBroken ? 'Removed' : 'Expired' });
  }
}

/** What the pilot says to the car: the charger's own maximum, or less where a profile holds. */
export function offerOf(charger: Charger, outlet: Outlet, now: Millis): Offer {
  const { plan, profiles } = charger;
  const base = { phases: plan.phases, dc: plan.dc };
  if (!outlet.session) return { ...base, currentA: 0 };
  if (profiles.length === 0 || plan.manner === 'ignores-limits') return { ...base, currentA: plan.maxA };
  return { ...base, currentA: Math.min(plan.maxA, limitOf(profiles, limitQueryOf(charger, outlet, now))) };
}

/** How the limit of an outlet is sought; without a session, that of one that begins now. */
export function limitQueryOf({ plan, outlets }: Charger, { evse, session, car }: Outlet, now: Millis): LimitQuery {
  return {
    evse,
    transaction: { id: session?.transaction ?? null, startedAt: session?.startedAt ?? now },
    phases: plan.dc ? plan.phases : Math.min(plan.phases, car?.phases ?? plan.phases),
    sharing: outlets.filter((each) => each.session).length,
    now,
  };
}

function count(charger: Charger, outlet: Outlet, now: Millis): void {
  if (now <= outlet.countedTo) return;
  if (outlet.car && outlet.session) {
    const offer = offerOf(charger, outlet, outlet.countedTo);
    outlet.registerWh += charge(outlet.car, offer, { fromMs: outlet.countedTo, toMs: now });
  }
  outlet.countedTo = now;
}

function begin(
  charger: Charger,
  outlet: Outlet,
  start: { token: string; group: string | null; remoteStartId: number | null; trigger: Trigger; at: Millis },
): void {
  const id = charger.nameSession(outlet, start.at);
  const reserved = heldBy(charger, outlet, start);
  outlet.waiting = null;
  outlet.sessionsSoFar += 1;
  outlet.session = {
    id,
    transaction: charger.plan.protocol === 'ocpp1.6' ? null : id,
    token: start.token,
    startedAt: start.at,
    startWh: outlet.registerWh,
    remoteStartId: start.remoteStartId,
    seqNo: 0,
    nextSampleAt: start.at + SETTLED_MS,
    group: start.group,
    reservation: reserved?.number ?? null,
    cost: null,
  };
  if (reserved) setReservations(charger, without(charger.reservations, reserved.number), start.at);
  tellSession(charger, outlet, { kind: 'began', trigger: start.trigger, at: start.at });
}

function end(
  charger: Charger,
  outlet: Outlet,
  cause: { trigger: StopReason; at: Millis; card?: string | undefined },
): void {
  if (!outlet.session) return;
  count(charger, outlet, cause.at);
  // The contactor opens before the meter is read for the last time.
  if (outlet.car) outlet.car = { ...outlet.car, offerA: 0, heard: null };
  tellSession(charger, outlet, { kind: 'ended', ...cause });
  charger.profiles = charger.profiles.filter((each) => each.purpose !== 'transaction' || each.evse !== outlet.evse);
  outlet.session = null;
  outlet.served = true;
  if (outlet.operativeNext !== null) outlet.operative = outlet.operativeNext;
  outlet.operativeNext = null;
}

/** Tells the status if it is another than before; within a session also as a step of it. */
function settle(charger: Charger, outlet: Outlet, now: Millis): void {
  const status = statusAt(charger, outlet, now);
  const at = charger.outlets.indexOf(outlet);
  const before = charger.told[at] ?? null;
  if (status === before) return;
  charger.told[at] = status;
  charger.tell({ kind: 'status', outlet, status, at: now });
  if (before !== null && inSession(before) && inSession(status)) {
    tellSession(charger, outlet, { kind: 'changed', trigger: 'state', at: now });
  }
}

function tellSession(
  charger: Charger,
  outlet: Outlet,
  news: Pick<SessionNews, 'kind' | 'trigger' | 'card' | 'at'>,
): void {
  const { session } = outlet;
  if (!session) return;
  const offer = offerOf(charger, outlet, news.at);
  charger.tell({ ...news, outlet, session, status: statusOf(outlet, offer), reading: readMeter(outlet, offer) });
}

function inSession(status: OutletStatus): boolean {
  return status === 'Charging' || status === 'SuspendedEV' || status === 'SuspendedEVSE';
}
