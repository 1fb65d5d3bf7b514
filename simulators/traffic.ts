import { type Millis, SECOND } from '#estate/units.ts';
import { outletAt, plugIn, stopSession, unplug } from './charger/charger.ts';
import type { Outlet } from './charger/outlet.ts';
import type { Station } from './charger/station.ts';
import { longVisit, nextVisit, type Visit } from './driver.ts';

/** The drivers of one charger: who is there, and who comes next, by EVSE. */
export interface Traffic {
  /** Lets drivers come, pay and leave. */
  tick(now: Millis): void;
  visits(): Record<string, Visit>;
}

/** How long a driver who started by phone needs to reach the cable. */
const WALK_MS = 6 * SECOND;

export interface TrafficOptions {
  seed: string;
  now: Millis;
  /** Drivers come by themselves, so many times as many as usual. */
  arrivals: number;
  /** EVSEs at which a car stands from the start. */
  standing: ReadonlySet<number>;
  tokensOf: (evse: number) => readonly string[];
  saved?: Record<string, Visit> | undefined;
}

export function createTraffic(station: Station, options: TrafficOptions): Traffic {
  const { charger } = station;
  const visits = new Map<number, Visit>();
  const expectAt = (evse: number, visit: Visit | null) => {
    if (visit) visits.set(evse, visit);
    else visits.delete(evse);
  };
  for (const { evse } of charger.outlets) {
    expectAt(evse, options.saved?.[evse] ?? firstVisit(station, options, evse));
  }
  const step = (outlet: Outlet, visit: Visit, now: Millis) => {
    const { evse } = outlet;
    const next = () => expectAt(evse, visitAfter(station, options, { evse, last: visit, afterMs: now }));
    if (visit.stage === 'coming') {
      hurry(outlet, visit, now);
      if (now < visit.arrivesAt) return;
      if (outlet.car || outlet.fault !== null || !outlet.operative) return next();
      plugIn(charger, { evse, car: visit.car }, now);
      visit.stage = outlet.session ? 'paid' : 'plugged';
    } else if (now >= visit.leavesAt) {
      leave(station, outlet, now);
      next();
    } else if (visit.stage === 'plugged' && now >= visit.paysAt) {
      visit.stage = 'paid';
      if (!outlet.session) void station.present(evse, visit.token);
    }
  };
  return {
    tick(now) {
      for (const [evse, visit] of visits) step(outletAt(charger, evse), visit, now);
    },
    visits: () => Object.fromEntries(visits),
  };
}

function firstVisit(station: Station, options: TrafficOptions, evse: number): Visit | null {
  const { seed, now, standing, tokensOf } = options;
  if (!standing.has(evse)) return visitAfter(station, options, { evse, last: null, afterMs: now });
  return longVisit(station.plan, { evse, fromMs: now, seed, tokens: tokensOf(evse) });
}

/** Null: nobody comes by themselves. */
function visitAfter(
  { plan }: Station,
  { seed, arrivals, tokensOf }: TrafficOptions,
  { evse, last, afterMs }: { evse: number; last: Visit | null; afterMs: Millis },
): Visit | null {
  if (arrivals === 0) return null;
  const number = (last?.number ?? -1) + 1;
  return nextVisit(plan, { evse, number, afterMs, seed, arrivals, tokens: tokensOf(evse) });
}

/** A start by phone at a free EVSE: its driver stands there with the car. */
function hurry(outlet: Outlet, visit: Visit, now: Millis): void {
  if (outlet.waiting === null || outlet.car !== null || visit.arrivesAt <= now + WALK_MS) return;
  const earlierMs = visit.arrivesAt - (now + WALK_MS);
  visit.arrivesAt -= earlierMs;
  visit.paysAt -= earlierMs;
  visit.leavesAt -= earlierMs;
}

/** The driver ends the session with the card and takes the cable. Nobody else's car is touched. */
function leave({ charger }: Station, outlet: Outlet, now: Millis): void {
  if (!outlet.car) return;
  stopSession(charger, { evse: outlet.evse, reason: 'Local' }, now);
  unplug(charger, outlet.evse, now);
}
