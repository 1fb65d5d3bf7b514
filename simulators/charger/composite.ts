import { type Millis, NOMINAL_VOLTAGE_V, SECOND } from '#estate/units.ts';
import { type Charger, limitQueryOf } from './charger.ts';
import { changesOf, type LimitQuery, limitOf, stationLimitOf } from './profiles.ts';

/** What all profiles of a charger come to over some time. */
export interface CompositeSchedule {
  startsAt: Millis;
  durationS: number;
  unit: 'A' | 'W';
  phases: number;
  periods: { startS: number; limit: number }[];
}

/** A ten thousandth of a tenth: 16 A are 16 A, whatever the division left. */
const ROUNDING = 1e-5;

/**
 * The limits that an EVSE keeps to for some time, to the second, if nothing is said meanwhile; where no session runs,
 * those of one that begins now. EVSE 0 is the station: what it may draw from the grid at most.
 */
export function compositeOf(
  charger: Charger,
  asked: { evse: number; durationS: number; unit: 'A' | 'W' },
  now: Millis,
): CompositeSchedule {
  const { plan, profiles } = charger;
  const { evse, durationS, unit } = asked;
  const startsAt = Math.ceil(now / SECOND) * SECOND;
  const outlet = charger.outlets.find((each) => each.evse === evse);
  const query: LimitQuery = outlet
    ? limitQueryOf(charger, outlet, startsAt)
    : { evse, transaction: null, phases: plan.phases, sharing: 1, now: startsAt };
  const limitA = (at: Millis) =>
    outlet
      ? Math.min(plan.maxA, limitOf(profiles, { ...query, now: at }))
      : Math.min(plan.maxA * plan.evses, stationLimitOf(profiles, at));
  const inUnit = (amperes: number) => (unit === 'A' ? amperes : amperes * NOMINAL_VOLTAGE_V * query.phases);

  const window = { from: startsAt, to: startsAt + durationS * SECOND };
  const changes = profiles.flatMap((profile) => changesOf(profile, query, window));
  const starts = new Set([0, ...changes.map((at) => Math.ceil((at - startsAt) / SECOND))]);
  const periods: CompositeSchedule['periods'] = [];
  for (const startS of [...starts].filter((s) => s >= 0 && s < durationS).toSorted((one, other) => one - other)) {
    const limit = Math.floor(inUnit(limitA(startsAt + startS * SECOND)) * 10 + ROUNDING) / 10;
    if (periods.at(-1)?.limit !== limit) periods.push({ startS, limit });
  }
  return { startsAt, durationS, unit, phases: query.phases, periods };
}
