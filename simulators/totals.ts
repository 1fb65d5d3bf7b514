import type { Station } from './charger/station.ts';
import type { Gateway } from './gateway/gateway.ts';

/** What a fleet has come to, added up; since its begin. */
export interface FleetTotals {
  /** Sessions that run now. */
  charging: number;
  sessionsBegun: number;
  sessionsEnded: number;
  energyWh: number;
  /** Measured values that were acknowledged. */
  points: number;
  /** Messages that wait in chargers and gateways. */
  queued: number;
  /** Chargers that run another firmware than they began with, and are accepted. */
  updated: number;
}

export function totalsOf(stations: readonly Station[], gateways: readonly Gateway[]): FleetTotals {
  const totals: FleetTotals = {
    charging: 0,
    sessionsBegun: 0,
    sessionsEnded: 0,
    energyWh: 0,
    points: 0,
    queued: 0,
    updated: 0,
  };
  for (const station of stations) {
    totals.queued += station.queued;
    totals.updated += station.isUpdated() ? 1 : 0;
    for (const { evse, session, sessionsSoFar, registerWh } of station.charger.outlets) {
      totals.charging += session ? 1 : 0;
      totals.sessionsBegun += sessionsSoFar;
      totals.energyWh += registerWh - (station.plan.registersWh[evse - 1] ?? 0);
    }
  }
  for (const gateway of gateways) {
    totals.queued += gateway.backlog;
    totals.points += gateway.points;
  }
  totals.sessionsEnded = totals.sessionsBegun - totals.charging;
  return totals;
}
