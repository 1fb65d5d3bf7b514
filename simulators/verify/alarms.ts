import { z } from 'zod';
import { systemClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import type { Difference } from '../run/result.ts';
import type { DeviceTruth, FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';
import type { Attendance } from './attendance.ts';

export interface AlarmsComparison {
  alarms: number;
  differences: Difference[];
}

/** An alarm that must stand, or must not, or may; and what is true of its device. */
interface Verdict {
  stands: boolean | null;
  because: string;
}

const alarm = z.object({ cause: z.string(), device: z.string(), text: z.string() });

/** How long a charger or a gateway is away before that is an alarm, and how much longer the platform may take to see it. */
const DELAY_MS = { 'charger-offline': 5 * MINUTE, 'gateway-offline': MINUTE } as const;
const SEEN_WITHIN_MS = 2 * MINUTE;
/** So soon after somebody has come back, the alarm is gone. */
const CLEARED_WITHIN_MS = 10 * SECOND;
/** An alarm is stored after what caused it is answered. */
const ATTEMPTS = 5;
const PAUSE_MS = 400;

/**
 * Holds the alarms that stand against what is the matter in the field: broken EVSEs, chargers and gateways that are away,
 * conditions of devices.
 *
 * @param attendance absent: the field is gone by now, so that nothing can be said of who is away.
 */
export async function compareAlarms(
  truth: FieldTruth,
  { target, attendance }: { target: Target; attendance?: Attendance | undefined },
): Promise<AlarmsComparison> {
  const verdicts = verdictsOf(truth, attendance);
  for (let attempt = 1; ; attempt++) {
    const standing = new Map<string, string>();
    for await (const { cause, device, text } of target.all('/v1/alarms?active=true', alarm)) {
      if (verdicts.has(`${cause}:${device}`)) standing.set(`${cause}:${device}`, text);
    }
    const differences = [...verdicts].flatMap(([id, verdict]) => differenceOf(id, verdict, standing.get(id)) ?? []);
    if (differences.length === 0 || attempt === ATTEMPTS) return { alarms: verdicts.size, differences };
    await systemClock.sleep(PAUSE_MS);
  }
}

function differenceOf(id: string, { stands, because }: Verdict, text: string | undefined): Difference | null {
  if (stands === true && text === undefined) {
    const [cause] = id.split(':');
    return { kind: 'alarm-missing', subject: id, text: `${because}; the platform has no alarm "${cause}".` };
  }
  if (stands !== false || text === undefined) return null;
  return { kind: 'alarm-foreign', subject: id, text: `${because}; the platform's alarm says: ${text}` };
}

/** By the alarm's id: `{cause}:{device}`. */
function verdictsOf({ chargers, sites }: FieldTruth, attendance: Attendance | undefined): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  const gateways = new Map(sites.map(({ site, gateway }) => [site, gateway]));
  for (const { charger, site, isOnline, faults } of chargers) {
    const broken = faults.map(({ evse, code }) => `EVSE ${evse} (${code})`).join(', ');
    verdicts.set(`charger-faulted:${charger}`, {
      stands: isOnline ? faults.length > 0 : null,
      because: faults.length > 0 ? `${charger} is broken at ${broken}` : `${charger} is not broken`,
    });
    if (attendance) verdicts.set(`charger-offline:${charger}`, offline(attendance, charger, gateways.get(site)));
  }
  for (const { gateway, devices } of sites) {
    if (attendance) verdicts.set(`gateway-offline:${gateway}`, away(attendance, gateway));
    for (const device of devices) verdicts.set(`device-event:${device.device}`, reported(device));
  }
  return verdicts;
}

function reported({ device, readings, acknowledged, events }: DeviceTruth): Verdict {
  const codes = events.map(({ code }) => code).join(', ');
  if (events.length > 0) return { stands: true, because: `${device} reports ${codes}` };
  // That something has passed may wait to be told, as what was measured does.
  return { stands: acknowledged < readings ? null : false, because: `nothing is the matter at ${device}` };
}

function away(attendance: Attendance, gateway: string): Verdict {
  const { isUp, forMs } = attendance.of(gateway);
  return {
    stands: standsAfter({ isUp, forMs }, DELAY_MS['gateway-offline']),
    because: `${gateway} ${isUp ? 'is connected' : `is away for ${minutes(forMs)}`}`,
  };
}

/** While the gateway of its site is away, the charger's absence is part of that; afterwards it gets its time. */
function offline(attendance: Attendance, charger: string, gateway: string | undefined): Verdict {
  const { isUp, forMs } = attendance.of(charger);
  const site = gateway === undefined ? null : attendance.of(gateway);
  const stands = standsAfter({ isUp, forMs }, DELAY_MS['charger-offline']);
  const isCovered = site !== null && (!site.isUp || site.forMs < DELAY_MS['charger-offline'] + SEEN_WITHIN_MS);
  return {
    stands: stands === true && isCovered ? null : stands,
    because: `${charger} ${isUp ? 'is connected' : `is away for ${minutes(forMs)}`}`,
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
