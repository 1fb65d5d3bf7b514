import { z } from 'zod';
import { systemClock } from '#estate/clock.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import type { Difference } from '../run/result.ts';
import type { FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';
import { type Attendance, type AttendanceRecord, recalled } from './attendance.ts';
import { CLEARED_WITHIN_MS, OF_ABSENCE, type Verdict, verdictsOf } from './verdicts.ts';

export interface AlarmsComparison {
  alarms: number;
  differences: Difference[];
}

/** An alarm that stands, or stood; it may be about to pass, or of another time. */
interface Standing {
  cause: string;
  device: string;
  text: string;
  since: Millis;
  isPassing: boolean;
  /** From before the run. */
  isLeft: boolean;
}

interface AlarmsOptions {
  target: Target;
  before?: ReadonlySet<string> | undefined;
  attendance?: Attendance | undefined;
  attended?: AttendanceRecord | null | undefined;
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
/**
 * Everybody leaves after a run. A platform that is started again dates that of gateways by their newest reading, which may
 * be of the simulated past: then such an alarm cannot be told from one of the run.
 */
const DATED_BY_FIELD = 'gateway-offline';
/** An alarm is stored after what caused it is answered. */
const ATTEMPTS = 5;
const PAUSE_MS = 400;

/**
 * Holds the alarms against what is the matter in the field: broken EVSEs, severe states that chargers told of, chargers
 * and gateways that are away, conditions of devices, messages that nobody can read. Whatever else stands for something of
 * the field nobody has caused.
 *
 * @param options.before of the alarms that stood before the run (`alarmsBefore`).
 * @param options.attendance who is connected now.
 * @param options.attended instead: who was, at the end of the run. The alarms are then those of that moment. With neither,
 *   nothing can be said of who is away.
 */
export async function compareAlarms(
  truth: FieldTruth,
  { target, before, attendance, attended }: AlarmsOptions,
): Promise<AlarmsComparison> {
  const present = attended ? recalled(attended) : attendance;
  for (let attempt = 1; ; attempt++) {
    const alarms = attended ? await pastAlarms(target, attended.at) : await alarmsOf(target);
    for (const found of alarms.standing.values()) if (before?.has(nameOf(found))) found.isLeft = true;
    const found = compared(truth, alarms, present);
    if (found.differences.length === 0 || attempt === ATTEMPTS) return found;
    await systemClock.sleep(PAUSE_MS);
  }
}

/**
 * The alarms that stand for what devices have told before a run, by their names and begins. Devices of an earlier run are
 * gone without having told that it has passed, and those of this one do not know of it.
 *
 * @throws PolisError as the target does.
 */
export async function alarmsBefore(target: Target): Promise<string[]> {
  const { standing } = await alarmsOf(target);
  return [...standing.values()].filter(({ cause }) => cause === 'device-event').map(nameOf);
}

function nameOf({ cause, device, since }: Standing): string {
  return `${cause}:${device} ${isoTime(since)}`;
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
    standing.set(`${found.cause}:${found.device}`, { ...found, isPassing: false, isLeft: false });
  }
  return { standing, isAll: true };
}

async function pastAlarms(target: Target, at: Millis): Promise<Alarms> {
  const standing: Alarms['standing'] = new Map();
  let seen = 0;
  for await (const { clearedAt, ...found } of target.all('/v1/alarms', alarm)) {
    seen += 1;
    if (found.since > at || (clearedAt !== null && clearedAt <= at)) continue;
    const isOver = clearedAt !== null && clearedAt <= at + CLEARED_WITHIN_MS;
    const isPassing = isOver || found.cause === DATED_BY_FIELD;
    standing.set(`${found.cause}:${found.device}`, { ...found, isPassing, isLeft: false });
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
  if (stands !== false || !found || found.isPassing || found.isLeft) return null;
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
  return [...unexplained].flatMap(([id, { cause, device, text, since, isPassing, isLeft }]): Difference[] => {
    const isKnown = present ? since >= present.since : !OF_ABSENCE.has(cause);
    if (!own.has(device) || !isKnown || isPassing || isLeft) return [];
    const because = `nothing at ${device} is a cause of "${cause}"`;
    return [{ kind: 'alarm-foreign', subject: id, text: `${because}; the platform's alarm says: ${text}` }];
  });
}

function idsOf({ chargers, sites }: FieldTruth): Set<string> {
  const ofSites = sites.flatMap(({ gateway, devices }) => [gateway ?? [], devices.map(({ device }) => device)].flat());
  return new Set([...chargers.map(({ charger }) => charger), ...ofSites]);
}
