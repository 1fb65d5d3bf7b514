import type { Millis } from '#estate/units.ts';
import type { ChargerTruth, TrueSession } from '../charger/truth.ts';
import { canBeRight } from '../charger/wrong-clock.ts';
import type { Difference } from '../run/result.ts';
import { isSameTime, matched, type SessionRow } from './session-rows.ts';
import { counted, type Words } from './words.ts';

/** A charger's sessions as they were, and as the platform has them. */
export interface SessionsToCompare {
  truth: ChargerTruth;
  rows: readonly SessionRow[];
  /** Whether a session that nobody lived came about in this run. */
  isOfRun: (row: SessionRow) => boolean;
  /** The platform's time: by it, it believes a charger's clock or does not. */
  now: Millis;
  /** The run is long over: its chargers are gone, and others may have taken their places. */
  isLater?: boolean;
  words: Words;
}

/** Of one session, said in a sentence that begins with its charger and EVSE. */
type Say = (kind: Difference['kind'], sentence: string) => Difference;

interface Pair {
  session: TrueSession;
  row: SessionRow;
  site: string;
  now: Millis;
  isLater: boolean;
  words: Words;
}

/** A register is told in whole watt-hours. */
const ROUNDING_WH = 1;

/** What the platform says otherwise of a charger's sessions than they were. */
export function compareSessions(given: SessionsToCompare): Difference[] {
  const { truth, rows, isOfRun, now, isLater = false, words } = given;
  const { charger, site } = truth;
  const { own, foreign } = matched(truth.sessions, rows);
  const sayAt = (evse: number): Say => {
    return (kind, sentence) => ({ kind, subject: charger, text: `${charger} EVSE ${evse}: ${sentence}` });
  };
  const ofSessions = [...own].flatMap(([session, [row, ...more]]) => {
    const say = sayAt(session.evse);
    if (!row) return isOwed(session) ? [say('session-missing', missing(session, words))] : [];
    const times = `${named(session, words)} is there ${counted(more.length + 1, 'time')}.`;
    return [
      ...(more.length > 0 ? [say('session-twice', times)] : []),
      ...differencesOf({ session, row, site, now, isLater, words }, say),
    ];
  });
  const ofNobody = foreign.filter(isOfRun).map((row) => sayAt(row.evse)('session-foreign', lonely(row, words)));
  return [...ofSessions, ...ofNobody];
}

/** Whether the platform must know of it: something of it was confirmed, or refused. */
function isOwed({ told }: TrueSession): boolean {
  return told.lost > 0 || confirmedOf(told) > 0;
}

/** How many messages about a session were confirmed. */
export function confirmedOf({ confirmed }: TrueSession['told']): number {
  return Object.values(confirmed).reduce((sum, count) => sum + count, 0);
}

function named({ startedAt }: TrueSession, words: Words): string {
  return `the session from ${words.time(startedAt)}`;
}

function missing(session: TrueSession, words: Words): string {
  const { told, energyWh, token } = session;
  const said = counted(confirmedOf(told), 'message');
  const refused = told.lost > 0 ? `, and refused or missed ${words.number(told.lost)}` : '';
  return `${named(session, words)} (card ${token}, ${words.number(energyWh)} Wh) is not there; the platform confirmed ${said} about it${refused}.`;
}

function lonely({ id, startedAt, energyWh, transaction }: SessionRow, words: Words): string {
  return `the platform has a session from ${words.time(startedAt)} with ${words.number(energyWh)} Wh (${id}, transaction ${transaction}) that nobody lived.`;
}

/** A wrong state says it all: end and energy follow from it. */
function differencesOf(pair: Pair, say: Say): Difference[] {
  const state = stateDifference(pair);
  if (state !== null) return [say('session-state', state)];
  const time = timeDifference(pair);
  const energy = energyDifference(pair);
  const cost = costDifference(pair);
  return [
    ...placeDifferences(pair).map((sentence) => say('session-place', sentence)),
    ...(time === null ? [] : [say('time', time)]),
    ...(energy === null ? [] : [say('energy', energy)]),
    ...(cost === null ? [] : [say('cost', cost)]),
  ];
}

function stateDifference({ session, row, isLater, words }: Pair): string | null {
  const { told, endedAt } = session;
  if (endedAt === null) {
    // While its charger cannot tell of it, it may be given up.
    const may = told.waiting > 0 || isLater ? ['active', 'incomplete'] : ['active'];
    return may.includes(row.state) ? null : `${named(session, words)} still runs; the platform says "${row.state}".`;
  }
  if (told.confirmed.ended === 0) return null;
  // Of a transaction of which messages were lost it is honest to say that it is incomplete.
  const may = told.lost > 0 ? ['ended', 'incomplete'] : ['ended'];
  if (may.includes(row.state)) return null;
  return `${named(session, words)} ended at ${words.time(endedAt)}, and that was confirmed; the platform says "${row.state}".`;
}

function placeDifferences({ session, row, site, words }: Pair): string[] {
  const { token, evse } = session;
  const isOtherToken = row.token?.toLowerCase() !== token.toLowerCase() && session.told.confirmed.began > 0;
  return [
    ...(row.evse === evse ? [] : [`${named(session, words)} was there; the platform has it at EVSE ${row.evse}.`]),
    ...(row.site === site ? [] : [`${named(session, words)} was at ${site}; the platform has it at ${row.site}.`]),
    ...(isOtherToken ? [`${named(session, words)} was that of card ${token}; the platform has ${row.token}.`] : []),
  ];
}

function timeDifference({ session, row, now, words }: Pair): string | null {
  const { told } = session;
  // Of a clock that cannot be right, any time is believed that can.
  const mayBe = (at: Millis) => canBeRight(at, now);
  const isOff = (was: Millis | null, has: Millis | null): was is Millis =>
    was !== null && (has === null || (mayBe(was) ? !isSameTime(was, has) : !mayBe(has)));
  const { startedAt: began, endedAt: ended } = told;
  if (isOff(began, row.startedAt)) {
    return `${named(session, words)} began at ${words.second(began)}; the platform has ${words.second(row.startedAt)}.`;
  }
  if (!isOff(ended, row.endedAt)) return null;
  const has = row.endedAt === null ? 'no end' : words.second(row.endedAt);
  return `${named(session, words)} ended at ${words.second(ended)}; the platform has ${has}.`;
}

function energyDifference({ session, row, words }: Pair): string | null {
  const { told, energyWh, startWh, endedAt } = session;
  // Without its start, the platform cannot know from where on to count.
  if (told.lost > 0 && told.confirmed.began === 0) return null;
  const isOver = endedAt !== null && told.confirmed.ended > 0;
  const confirmedWh = told.registerWh === null ? 0 : told.registerWh - startWh;
  const least = (isOver ? energyWh : confirmedWh) - ROUNDING_WH;
  const most = (isOver || told.waiting > 0 ? energyWh : confirmedWh) + ROUNDING_WH;
  if (row.energyWh >= least && row.energyWh <= most) return null;
  const was = isOver
    ? `gave ${words.number(energyWh)} Wh`
    : `had given ${words.number(confirmedWh)} Wh when last confirmed`;
  return `${named(session, words)} ${was}; the platform has ${words.number(row.energyWh)} Wh.`;
}

/** What a charger was told at the end is what the session costs; most are never told. */
function costDifference({ session, row, words }: Pair): string | null {
  const { cost } = session.told;
  const has = row.cost?.amount ?? null;
  if (cost === null || cost === has) return null;
  return `${named(session, words)} cost ${words.amount(cost)}, as its charger was told; the platform has ${has === null ? 'no cost' : words.amount(has)}.`;
}
