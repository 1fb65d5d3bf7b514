import { isUpdated, type Station } from './charger/station.ts';
import type { Sites } from './sites.ts';

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

export function totalsOf(stations: readonly Station[], sites: Pick<Sites, 'gateways' | 'points'>): FleetTotals {
  const totals: FleetTotals = {
    charging: 0,
    sessionsBegun: 0,
    sessionsEnded: 0,
    energyWh: 0,
    points: sites.points(),
    queued: 0,
    updated: 0,
  };
  for (const station of stations) {
    totals.queued += station.outbox.length;
    totals.updated += isUpdated(station) ? 1 : 0;
    for (const { evse, session, sessionsSoFar, registerWh } of station.charger.outlets) {
      totals.charging += session ? 1 : 0;
      totals.sessionsBegun += sessionsSoFar;
      totals.energyWh += registerWh - (station.plan.registersWh[evse - 1] ?? 0);
    }
  }
  for (const gateway of sites.gateways) totals.queued += gateway.backlog();
  totals.sessionsEnded = totals.sessionsBegun - totals.charging;
  return totals;
}
