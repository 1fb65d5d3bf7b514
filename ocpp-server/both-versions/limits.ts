import type { ChargerCommand, ChargingProfile, ProfileCriteria } from '#charging/index.ts';
import { SECOND, powerOf } from '#estate/units.ts';
import type { Moment, Phrases } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';

/** The charging profiles that domain commands mean, before a version puts them into words. */

type Command<Name extends ChargerCommand['command']> = Extract<ChargerCommand, { command: Name }>;
type Wording = Pick<Moment, 'now' | 'limits'>;
type Amperes = { limitA: number; phases: number };

/** Numbers below are those of limits, which name EVSE and purpose. */
const FIRST_FREE_NUMBER = 10_000;
const LARGEST_NUMBER = 2 ** 31 - 1;
/** No transaction runs on EVSE 0, so no limit takes this one. */
const DEFAULT_NUMBER = 2;

/** The commands that mean a profile; how one is set, and how profiles are cleared, a version says. */
export function profilePhrases(words: {
  set(profile: ChargingProfile): OutboundCall;
  clear(criteria: ProfileCriteria): OutboundCall;
}): Phrases {
  return {
    limit: (command, moment) => words.set(limitProfile(command, moment)),
    'default-limit': (command, moment) => words.set(defaultProfile(command, moment)),
    'set-profile': (command, moment) => words.set(spelledOut(command, moment)),
    'clear-limit': ({ evse }, { limits }) => words.clear({ evse, stackLevel: limits.stackLevel }),
  };
}

/**
 * The profile that a limit means. Its number is the EVSE's and the purpose's, so that a new limit takes the place of the
 * one before. Its single period is relative to the transaction, so that the charger's clock decides only when it lapses.
 */
function limitProfile(command: Omit<Command<'limit'>, 'command'>, wording: Wording): ChargingProfile {
  const { evse, transaction, durationS } = command;
  return {
    ...constant(command, wording),
    number: limitNumber(evse, transaction === undefined ? 'default' : 'transaction'),
    evse,
    purpose: transaction === undefined ? 'default' : 'transaction',
    stackLevel: wording.limits.stackLevel,
    validTo: durationS === undefined ? null : wording.now + durationS * SECOND,
    transaction: transaction ?? null,
  };
}

/** The profile that goes with a start: a limit for the transaction that will begin. */
export function startProfile(
  { evse, limitA }: { evse?: number | undefined; limitA: number },
  { random, ...wording }: Wording & Pick<Moment, 'random'>,
): ChargingProfile {
  return {
    ...constant({ limitA, phases: 3 }, wording),
    number: evse === undefined ? random.int(FIRST_FREE_NUMBER, LARGEST_NUMBER) : limitNumber(evse, 'transaction'),
    evse: evse ?? 0,
    purpose: 'transaction',
    stackLevel: wording.limits.stackLevel,
    validTo: null,
    transaction: null,
  };
}

/** The profile for all EVSEs below every limit: it holds when no limit does, and also without us. */
function defaultProfile(command: Omit<Command<'default-limit'>, 'command'>, wording: Wording): ChargingProfile {
  return {
    ...constant(command, wording),
    number: DEFAULT_NUMBER,
    evse: 0,
    purpose: 'default',
    stackLevel: 0,
    validTo: null,
    transaction: null,
  };
}

/** A profile as it was spelled out. One that is absolute begins now unless it says when. */
function spelledOut(
  { command: _command, ...given }: Command<'set-profile'>,
  { now, random }: Pick<Moment, 'now' | 'random'>,
): ChargingProfile {
  return {
    ...given,
    number: given.number ?? random.int(FIRST_FREE_NUMBER, LARGEST_NUMBER),
    periods: given.periods.map(({ phases, ...period }) => ({ ...period, phases: phases ?? null })),
    startsAt: given.startsAt ?? (given.kind === 'absolute' ? now : null),
    durationS: given.durationS ?? null,
    validFrom: given.validFrom ?? null,
    validTo: given.validTo ?? null,
    transaction: given.transaction ?? null,
  };
}

function constant(limit: Amperes, { now, limits: { kind, unit } }: Wording) {
  const { phases } = limit;
  return {
    kind: kind === 'Absolute' ? ('absolute' as const) : ('relative' as const),
    startsAt: kind === 'Absolute' ? now : null,
    durationS: null,
    validFrom: null,
    unit,
    periods: [{ startS: 0, limit: unit === 'A' ? limit.limitA : Math.floor(powerOf(limit.limitA, phases)), phases }],
  };
}

function limitNumber(evse: number, purpose: 'default' | 'transaction'): number {
  return evse * 2 + (purpose === 'transaction' ? 2 : 1);
}
