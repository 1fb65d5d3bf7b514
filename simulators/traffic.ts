import { seededRandom } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { plugIn, stopSession, unplug } from './charger/charger.ts';
import type { Outlet } from './charger/outlet.ts';
import { showCard, type Station } from './charger/station.ts';
import { longVisit, nextVisit, type Visit } from './driver.ts';
import { kindOfSite, type Visitors } from './site-kinds.ts';

/** The drivers of a fleet: who is at each EVSE, and who comes next. */
export interface Traffic {
  /** Lets drivers come, pay and leave. */
  tick(now: Millis): void;
  /** The visits by charger and EVSE. */
  visits(): Record<string, Record<string, Visit>>;
}

/** How long a driver who started by phone needs to reach the cable. */
const WALK_MS = 6 * SECOND;

export interface TrafficOptions {
  seed: string;
  now: Millis;
  /** How many times as many drivers as usual come by themselves; 0: none. */
  arrivals: number;
  visitors: Visitors;
  /** The share of EVSEs at which a car stands from the start. */
  plugged: number;
  tokensOf: (charger: string, evse: number) => readonly string[];
}

/** An EVSE that somebody visits, or will. */
interface Spot {
  readonly station: Station;
  readonly outlet: Outlet;
  visit: Visit;
}

/** @param saved where the traffic of a charger stopped before, by EVSE. */
export function createTraffic(
  stations: readonly Station[],
  options: TrafficOptions,
  saved: (charger: string) => Record<string, Visit> | undefined,
): Traffic {
  const spots = new Set(stations.flatMap((station) => spotsAt(station, options, saved(station.plan.id))));
  const step = (spot: Spot, now: Millis) => {
    const { station, outlet, visit } = spot;
    const { evse } = outlet;
    const next = () => {
      const coming = visitAfter(station, options, { evse, last: visit, afterMs: now });
      if (coming) spot.visit = coming;
      else spots.delete(spot);
    };
    if (visit.stage === 'coming') {
      hurry(outlet, visit, now);
      if (now < visit.arrivesAt) return;
      if (outlet.car || outlet.fault !== null || !outlet.operative) return next();
      plugIn(station.charger, { evse, car: visit.car }, now);
      visit.stage = outlet.session ? 'paid' : 'plugged';
    } else if (now >= visit.leavesAt) {
      leave(station, outlet, now);
      next();
    } else if (visit.stage === 'plugged' && now >= visit.paysAt) {
      visit.stage = 'paid';
      if (!outlet.session) void showCard(station, { evse, token: visit.token });
    }
  };
  return {
    tick(now) {
      for (const spot of spots) step(spot, now);
    },
    visits() {
      const byCharger = Map.groupBy(spots, ({ station }) => station.plan.id);
      return Object.fromEntries(
        byCharger
          .entries()
          .map(([charger, there]) => [
            charger,
            Object.fromEntries(there.map(({ outlet, visit }) => [outlet.evse, visit])),
          ]),
      );
    },
  };
}

function spotsAt(station: Station, options: TrafficOptions, saved: Record<string, Visit> | undefined): Spot[] {
  return station.charger.outlets.flatMap((outlet) => {
    const visit = saved?.[outlet.evse] ?? firstVisit(station, options, outlet.evse);
    return visit ? [{ station, outlet, visit }] : [];
  });
}

function firstVisit(station: Station, options: TrafficOptions, evse: number): Visit | null {
  const { seed, now, plugged, tokensOf } = options;
  const { plan } = station;
  const isStanding = plugged > 0 && seededRandom(`${seed}/${plan.id}/${evse}/plugged`).next() < plugged;
  if (!isStanding) return visitAfter(station, options, { evse, last: null, afterMs: now });
  return longVisit(plan, { evse, fromMs: now, seed, tokens: tokensOf(plan.id, evse) });
}

/** Null: nobody comes by themselves. */
function visitAfter(
  { plan }: Station,
  { seed, arrivals, visitors, tokensOf }: TrafficOptions,
  { evse, last, afterMs }: { evse: number; last: Visit | null; afterMs: Millis },
): Visit | null {
  if (arrivals === 0) return null;
  const number = (last?.number ?? -1) + 1;
  const kind = kindOfSite(plan, { visitors, seed });
  return nextVisit(plan, { evse, number, afterMs, seed, kind, arrivals, tokens: tokensOf(plan.id, evse) });
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
