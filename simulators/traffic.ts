import { type Millis, SECOND } from '#estate/units.ts';
import { outletAt, plugIn, stopSession, unplug } from './charger/charger.ts';
import type { Outlet } from './charger/outlet.ts';
import type { Station } from './charger/station.ts';
import { nextVisit, type Visit } from './driver.ts';

/** The drivers of one charger: who is there, and who comes next, by EVSE. */
export interface Traffic {
  /** Lets drivers come, pay and leave. */
  tick(now: Millis): void;
  visits(): Record<string, Visit>;
}

/** How long a driver who started by phone needs to reach the cable. */
const WALK_MS = 6 * SECOND;

export function createTraffic(
  station: Station,
  options: {
    seed: string;
    now: Millis;
    tokensOf: (evse: number) => readonly string[];
    saved?: Record<string, Visit> | undefined;
  },
): Traffic {
  const { plan, charger } = station;
  const follow = (evse: number, last: Visit | null, afterMs: Millis) =>
    nextVisit(plan, {
      evse,
      number: (last?.number ?? -1) + 1,
      afterMs,
      seed: options.seed,
      tokens: options.tokensOf(evse),
    });
  const visits = new Map<number, Visit>(
    charger.outlets.map(({ evse }) => [evse, options.saved?.[evse] ?? follow(evse, null, options.now)]),
  );
  const step = (outlet: Outlet, visit: Visit, now: Millis) => {
    const { evse } = outlet;
    if (visit.stage === 'coming') {
      hurry(outlet, visit, now);
      if (now < visit.arrivesAt) return;
      if (outlet.car || outlet.fault !== null || !outlet.operative) return visits.set(evse, follow(evse, visit, now));
      plugIn(charger, { evse, car: visit.car }, now);
      visit.stage = outlet.session ? 'paid' : 'plugged';
    } else if (now >= visit.leavesAt) {
      leave(station, outlet, now);
      visits.set(evse, follow(evse, visit, now));
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
