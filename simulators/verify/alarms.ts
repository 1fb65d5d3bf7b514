import { z } from 'zod';
import { systemClock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';
import type { Difference } from '../run/result.ts';
import type { FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';
import { type Attendance, type AttendanceRecord, recalled } from './attendance.ts';
import { CLEARED_WITHIN_MS, OF_ABSENCE, type Verdict, verdictsOf } from './verdicts.ts';

export interface AlarmsComparison {
  alarms: number;
  differences: Difference[];
}

/** An alarm that stands, or stood; it may be about to pass. */
interface Standing {
  cause: string;
  device: string;
  text: string;
  since: Millis;
  isPassing: boolean;
}

const instant = z.iso.datetime().transform((text) => Date.parse(text));
const alarm = z.object({
  cause: z.string(),
  device: z.string(),
  text: z.string(),
  since: instant,
  clearedAt: instant.nullable(),
});
/** The API looks no further back than so many. */
const MOST_ALARMS = 10_000;
/** An alarm is stored after what caused it is answered. */
const ATTEMPTS = 5;
const PAUSE_MS = 400;

/**
 * Holds the alarms against what is the matter in the field: broken EVSEs, chargers and gateways that are away, conditions
 * of devices, connections that carry too much, messages that nobody can read. Whatever else stands for something of the
 * field nobody has caused.
 *
 * @param options.attendance who is connected now.
 * @param options.attended instead: who was, at the end of the run. The alarms are then those of that moment. With neither,
 *   nothing can be said of who is away.
 */
export async function compareAlarms(
  truth: FieldTruth,
  {
    target,
    attendance,
    attended,
  }: { target: Target; attendance?: Attendance | undefined; attended?: AttendanceRecord | null | undefined },
): Promise<AlarmsComparison> {
  const present = attended ? recalled(attended) : attendance;
  for (let attempt = 1; ; attempt++) {
    const alarms = attended ? await pastAlarms(target, attended.at) : await alarmsOf(target);
    const found = compared(truth, alarms, present);
    if (found.differences.length === 0 || attempt === ATTEMPTS) return found;
    await systemClock.sleep(PAUSE_MS);
  }
}

/** By their ids. */
interface Alarms {
  standing: Map<string, Standing>;
  /** There cannot be any that were not seen. */
  isAll: boolean;
}

async function alarmsOf(target: Target): Promise<Alarms> {
  const standing: Alarms['standing'] = new Map();
  for await (const { clearedAt: _, ...found } of target.all('/v1/alarms?active=true', alarm)) {
    standing.set(`${found.cause}:${found.device}`, { ...found, isPassing: false });
  }
  return { standing, isAll: true };
}

async function pastAlarms(target: Target, at: Millis): Promise<Alarms> {
  const standing: Alarms['standing'] = new Map();
  let seen = 0;
  for await (const { clearedAt, ...found } of target.all('/v1/alarms', alarm)) {
    seen += 1;
    if (found.since > at || (clearedAt !== null && clearedAt <= at)) continue;
    const isPassing = clearedAt !== null && clearedAt <= at + CLEARED_WITHIN_MS;
    standing.set(`${found.cause}:${found.device}`, { ...found, isPassing });
  }
  return { standing, isAll: seen < MOST_ALARMS };
}

function compared(truth: FieldTruth, { standing, isAll }: Alarms, present: Attendance | undefined): AlarmsComparison {
  const unexplained = new Map(standing);
  const differences: Difference[] = [];
  let alarms = 0;
  for (const verdict of verdictsOf(truth, present)) {
    alarms += 1;
    unexplained.delete(verdict.id);
    const difference = differenceOf(verdict, standing.get(verdict.id));
    if (difference && (isAll || difference.kind !== 'alarm-missing')) differences.push(difference);
  }
  return { alarms, differences: [...differences, ...foreign(truth, unexplained, present)] };
}

function differenceOf({ id, stands, because }: Verdict, found: Standing | undefined): Difference | null {
  if (stands === true && !found) {
    const [cause] = id.split(':');
    return { kind: 'alarm-missing', subject: id, text: `${because}; the platform has no alarm "${cause}".` };
  }
  if (stands !== false || !found || found.isPassing) return null;
  return { kind: 'alarm-foreign', subject: id, text: `${because}; the platform's alarm says: ${found.text}` };
}

/** Alarms for which there is no cause. What was there before the field came is none of its business. */
function foreign(
  truth: FieldTruth,
  unexplained: ReadonlyMap<string, Standing>,
  present: Attendance | undefined,
): Difference[] {
  if (unexplained.size === 0) return [];
  const own = idsOf(truth);
  return [...unexplained].flatMap(([id, { cause, device, text, since, isPassing }]): Difference[] => {
    const isKnown = present ? since >= present.since : !OF_ABSENCE.has(cause);
    if (!own.has(device) || !isKnown || isPassing) return [];
    const because = `nothing at ${device} is a cause of "${cause}"`;
    return [{ kind: 'alarm-foreign', subject: id, text: `${because}; the platform's alarm says: ${text}` }];
  });
}

function idsOf({ chargers, sites }: FieldTruth): Set<string> {
  const ofSites = sites.flatMap(({ gateway, devices }) => [gateway ?? [], devices.map(({ device }) => device)].flat());
  return new Set([...chargers.map(({ charger }) => charger), ...ofSites]);
}
