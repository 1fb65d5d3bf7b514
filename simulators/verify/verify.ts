import type { Millis } from '#estate/units.ts';
import type { ChargerTruth } from '../charger/truth.ts';
import type { Difference, Verification } from '../run/result.ts';
import type { FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';
import { compareAlarms } from './alarms.ts';
import type { Attendance, AttendanceRecord } from './attendance.ts';
import { compareFirmware } from './firmware.ts';
import { comparePoints } from './points.ts';
import { sessionRow, type SessionRow } from './session-rows.ts';
import { compareSessions, confirmedOf } from './sessions.ts';
import { createWords, type Words } from './words.ts';

export interface VerifyOptions {
  /** The platform's time. */
  now: Millis;
  /** The ids of the sessions that it had of these chargers before the run (`sessionsOf`), and its `alarmsBefore`. */
  before?: ReadonlySet<string>;
  /** The run is long over: sessions that began after it are none of its business. */
  isLater?: boolean;
  /** Who is connected. */
  attendance?: Attendance;
  /** Instead, where the field is gone by now: who was connected at the end of the run. */
  attended?: AttendanceRecord | null;
}

/** Differences that are listed. */
const MOST_LISTED = 1_000;

/**
 * Holds what really happened in the field against what the platform says over its HTTP API.
 *
 * Every session is there once, where and whose it was, in its state, with its start and end (to the second, by the
 * charger's clock), its energy (to the watt-hour; of a running one what was last confirmed) and the cost that its charger
 * was told; and no session is there that nobody lived. Each value that a device, or the meter of an EVSE, showed and that
 * was acknowledged is in the series, of its device and metric, at its time. Chargers run the firmware that they were
 * accepted with. What is the matter has its alarm, as far as that can be known (`verdictsOf`), and nothing else has.
 *
 * @throws PolisError as the target does.
 */
export async function verifyTruth(truth: FieldTruth, target: Target, options: VerifyOptions): Promise<Verification> {
  const words = createWords(truth);
  const rows = await sessionsOf(truth.chargers, target);
  const sessions = differencesOfSessions(truth, rows, { ...options, words });
  const points = await comparePoints(truth, { target, words });
  const alarms = await compareAlarms(truth, {
    target,
    before: options.before,
    attendance: options.attendance,
    attended: options.attended,
  });
  // What runs there now says nothing of a run that is long over.
  const firmware = options.isLater ? [] : await compareFirmware(truth, target);
  const differences = [...sessions, ...points.differences, ...firmware, ...alarms.differences];
  const lived = truth.chargers.flatMap((each) => each.sessions);
  return {
    checked: {
      sessions: lived.length,
      messages: lived.reduce((sum, { told }) => sum + confirmedOf(told), 0),
      costs: lived.filter(({ told }) => told.cost !== null).length,
      energyWh: Math.round(lived.reduce((sum, { energyWh }) => sum + energyWh, 0)),
      points: points.points,
      devices: points.devices,
      evses: points.evses,
      alarms: alarms.alarms,
    },
    ...listed(differences),
  };
}

/** All are counted; the first of them are listed. */
export function listed(all: readonly Difference[]): Pick<Verification, 'differences' | 'found' | 'ofKind'> {
  const ofKind: Verification['ofKind'] = {};
  for (const { kind } of all) ofKind[kind] = (ofKind[kind] ?? 0) + 1;
  return { differences: all.slice(0, MOST_LISTED), found: all.length, ofKind };
}

/** The sessions that the platform has of some chargers. Its list is read once, page by page. */
export async function sessionsOf(
  chargers: readonly Pick<ChargerTruth, 'charger'>[],
  target: Target,
): Promise<Map<string, SessionRow[]>> {
  const rows = new Map<string, SessionRow[]>(chargers.map(({ charger }) => [charger, []]));
  for await (const row of target.all('/v1/sessions', sessionRow)) rows.get(row.charger)?.push(row);
  return rows;
}

function differencesOfSessions(
  truth: FieldTruth,
  rows: Map<string, SessionRow[]>,
  { now, before, isLater = false, words }: VerifyOptions & { words: Words },
): Difference[] {
  const isOfRun = ({ startedAt }: SessionRow) => !isLater || (startedAt >= truth.from && startedAt <= truth.to);
  return truth.chargers.flatMap((charger) => {
    const lived = new Set(charger.sessions.map(({ transaction }) => transaction));
    const isNews = ({ id, transaction }: SessionRow) => !before?.has(id) || lived.has(transaction);
    return compareSessions({
      truth: charger,
      rows: (rows.get(charger.charger) ?? []).filter(isNews),
      isOfRun,
      now,
      isLater,
      words,
    });
  });
}
