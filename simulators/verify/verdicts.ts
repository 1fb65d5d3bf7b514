import { MINUTE, SECOND } from '#estate/units.ts';
import type { ChargerTruth } from '../charger/truth.ts';
import type { DeviceTruth, FieldTruth, SiteTruth } from '../run/truth.ts';
import type { Attendance } from './attendance.ts';

/** An alarm that must stand (true), must not, or may (null); and what is true of its device. */
export interface Verdict {
  /** `{cause}:{device}`. */
  id: string;
  stands: boolean | null;
  because: string;
}

/** How long a charger, or a gateway or device that connects, is away before that is an alarm, and how much longer the platform may take to see it. */
const DELAY_MS = { 'charger-offline': 5 * MINUTE, 'gateway-offline': MINUTE } as const;
const SEEN_WITHIN_MS = 2 * MINUTE;
/** So soon after somebody has come back, the alarm is gone. */
export const CLEARED_WITHIN_MS = 10 * SECOND;
/** Who comes back more often may look like two who share an identity. */
const MOST_RETURNS = 5;

/** Alarms of which nothing can be said without knowing who is away. */
export const OF_ABSENCE: ReadonlySet<string> = new Set(Object.keys(DELAY_MS));

/**
 * Of everything in the field, and every cause that there is for it. An alarm of which none is given must not stand.
 *
 * Whether one must stand is not known of three causes, so that their alarms can be foreign, but never missing:
 * `grid-limit-exceeded`, which the platform judges by meters that are fresh by its own clock; `certificate-expiring`, as
 * the truth keeps no more of certificates than whether there is one; `security-event`, as chargers here report none.
 */
export function* verdictsOf({ chargers, sites }: FieldTruth, attendance: Attendance | undefined): Generator<Verdict> {
  const nodes = new Map(sites.map((each) => [each.site, nodesOf(each)]));
  for (const charger of chargers) {
    yield* ofCharger(charger);
    if (!attendance) continue;
    yield offline(attendance, charger.charger, nodes.get(charger.site) ?? []);
    yield intruded(attendance, charger.charger);
  }
  for (const site of sites) {
    if (attendance) for (const node of nodes.get(site.site) ?? []) yield away(attendance, node);
    yield* ofSite(site, attendance);
  }
}

function* ofCharger({ charger, isOnline, faults, isSevere, isCertified }: ChargerTruth): Generator<Verdict> {
  const broken = faults.map(({ evse, code }) => `EVSE ${evse} (${code})`).join(', ');
  yield {
    id: `charger-faulted:${charger}`,
    stands: isOnline ? faults.length > 0 : null,
    because: faults.length > 0 ? `${charger} is broken at ${broken}` : `${charger} is not broken`,
  };
  yield {
    id: `charger-event:${charger}`,
    stands: isOnline ? isSevere : null,
    because: isSevere
      ? `${charger} has told that something severe holds`
      : `${charger} watches for nothing severe that holds`,
  };
  yield {
    id: `certificate-expiring:${charger}`,
    stands: isCertified ? null : false,
    because: `${charger} has no certificate`,
  };
}

function* ofSite(site: SiteTruth, attendance: Attendance | undefined): Generator<Verdict> {
  const { grid, isGarbled, devices } = site;
  if (grid) {
    yield {
      id: `grid-limit-exceeded:${grid.meter}`,
      // For how long it lasted by its own time, the platform alone knows.
      stands: grid.peakW > grid.limitW ? null : false,
      because: `${site.site} took ${kilowatts(grid.peakW)} of its ${kilowatts(grid.limitW)} kW at most`,
    };
  }
  const speakers = site.gateway === null ? [] : [site.gateway];
  for (const id of [...speakers, ...devices.map(({ device }) => device)]) {
    const isNoticed = attendance?.isGarbled(id) ?? false;
    yield {
      id: `device-malformed:${id}`,
      stands: isNoticed || (isGarbled ? null : false),
      because: isNoticed ? `${id} sends what nobody can read` : `all that left ${site.site} could be read`,
    };
  }
  for (const device of devices) yield reported(device);
}

function reported({ device, readings, acknowledged, events }: DeviceTruth): Verdict {
  const id = `device-event:${device}`;
  const codes = events.map(({ code }) => code).join(', ');
  if (events.length > 0) return { id, stands: true, because: `${device} reports ${codes}` };
  // That something has passed may wait to be told, as what was measured does.
  return { id, stands: acknowledged < readings ? null : false, because: `nothing is the matter at ${device}` };
}

/** What connects at a site. */
function nodesOf({ gateway, devices }: SiteTruth): string[] {
  return gateway === null ? devices.map(({ device }) => device) : [gateway];
}

function away(attendance: Attendance, node: string): Verdict {
  const { isUp, forMs } = attendance.of(node);
  return {
    id: `gateway-offline:${node}`,
    stands: standsAfter({ isUp, forMs }, DELAY_MS['gateway-offline']),
    because: `${node} ${isUp ? 'is connected' : `is away for ${minutes(forMs)}`}`,
  };
}

/** While all that connects at its site is away, the charger's absence is part of that; afterwards it gets its time. */
function offline(attendance: Attendance, charger: string, nodes: readonly string[]): Verdict {
  const { isUp, forMs } = attendance.of(charger);
  const site = nodes.map((node) => attendance.of(node));
  const stands = standsAfter({ isUp, forMs }, DELAY_MS['charger-offline']);
  const isAway = site.length > 0 && site.every((node) => !node.isUp);
  const isCovered = isAway || site.some((node) => node.forMs < DELAY_MS['charger-offline'] + SEEN_WITHIN_MS);
  return {
    id: `charger-offline:${charger}`,
    stands: stands === true && isCovered ? null : stands,
    because: `${charger} ${isUp ? 'is connected' : `is away for ${minutes(forMs)}`}`,
  };
}

/** Chargers of the field report nothing that points to an attack. */
function intruded(attendance: Attendance, charger: string): Verdict {
  return {
    id: `security-event:${charger}`,
    stands: attendance.timesOf(charger) > MOST_RETURNS ? null : false,
    because: `nobody tampered with ${charger}`,
  };
}

function standsAfter({ isUp, forMs }: { isUp: boolean; forMs: number }, delayMs: number): boolean | null {
  if (isUp) return forMs > CLEARED_WITHIN_MS ? false : null;
  if (forMs < delayMs - CLEARED_WITHIN_MS) return null;
  return forMs > delayMs + SEEN_WITHIN_MS ? true : null;
}

function minutes(ms: number): string {
  return `${Math.floor(ms / MINUTE)} min`;
}

function kilowatts(powerW: number): string {
  return (powerW / 1_000).toFixed(1);
}
