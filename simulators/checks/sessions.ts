import { HOUR } from '#estate/units.ts';
import { nextVisit, wantedWh } from '../driver.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import { romeTime } from '../physics/rome.ts';
import { SITE_KINDS, type SiteKind } from '../site-kinds.ts';
import { distance } from './kolmogorov-smirnov.ts';
import type { MeasuredSession } from './session-file.ts';

/** Kolmogorov-Smirnov distances between given sessions and those that the drivers of a kind of site make. */
export interface SessionDistances {
  kind: SiteKind;
  arrival: number;
  stay: number;
  energy: number;
}

const EVSES = 40;
const VISITS_EACH = 500;
const START = Date.UTC(2025, 0, 1);

/** The visits of a kind of site: some EVSEs, one driver after the other. */
export function simulatedSessions(kind: SiteKind, seed = '1'): MeasuredSession[] {
  const charger = { id: kind, dc: kind === 'town-fast' };
  return Array.from({ length: EVSES }, (_, evse) =>
    sessionsAt(charger, { evse, kind, seed, count: VISITS_EACH }),
  ).flat();
}

/** The first visits to one EVSE. */
export function sessionsAt(
  charger: Pick<ChargerPlan, 'id' | 'dc'>,
  { count, ...at }: { evse: number; kind: SiteKind; seed: string; count: number },
): MeasuredSession[] {
  let afterMs = START;
  return Array.from({ length: count }, (_, number) => {
    const visit = nextVisit(charger, { ...at, number, afterMs, tokens: [''] });
    afterMs = visit.leavesAt;
    return {
      arrivalHour: romeTime(visit.arrivesAt).hour,
      stayHours: (visit.leavesAt - visit.arrivesAt) / HOUR,
      energyKwh: wantedWh(visit, charger.dc) / 1000,
    };
  });
}

/** Compares given sessions with one kind of site, or with all: then the kind whose worst distance is least. */
export function compareSessions(sessions: MeasuredSession[], kind?: SiteKind): SessionDistances {
  const kinds = kind ? [kind] : siteKinds();
  const [best] = kinds.map((each) => distances(sessions, each)).toSorted((one, other) => worst(one) - worst(other));
  if (!best) throw new RangeError('There is no kind of site.');
  return best;
}

export function siteKinds(): SiteKind[] {
  return Object.keys(SITE_KINDS).filter(isSiteKind);
}

export function isSiteKind(name: string): name is SiteKind {
  return Object.hasOwn(SITE_KINDS, name);
}

/** The greatest of the three distances. */
export function worst({ arrival, stay, energy }: SessionDistances): number {
  return Math.max(arrival, stay, energy);
}

function distances(sessions: MeasuredSession[], kind: SiteKind): SessionDistances {
  const simulated = simulatedSessions(kind);
  const between = (value: (session: MeasuredSession) => number) => distance(sessions.map(value), simulated.map(value));
  return {
    kind,
    arrival: between(({ arrivalHour }) => arrivalHour),
    stay: between(({ stayHours }) => stayHours),
    energy: between(({ energyKwh }) => energyKwh),
  };
}
