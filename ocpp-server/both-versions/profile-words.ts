import { z } from 'zod';
import type { ChargingProfile, ChargingSchedule, ProfilePurpose } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { decimal, instant, integer, list, maybe, meaningOf, text } from '../messages/tolerant.ts';

/** Charging profiles in OCPP's words, as far as both versions share them, and read from them. */

const KINDS = {
  absolute: { chargingProfileKind: 'Absolute' },
  relative: { chargingProfileKind: 'Relative' },
  daily: { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
  weekly: { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' },
} as const;

/** All of a profile but its number, its transaction, its purpose and its schedule. */
export function headOf({ stackLevel, kind, validFrom, validTo }: ChargingProfile) {
  return {
    stackLevel,
    ...KINDS[kind],
    ...(validFrom === null ? {} : { validFrom: isoTime(validFrom) }),
    ...(validTo === null ? {} : { validTo: isoTime(validTo) }),
  };
}

export function scheduleOf({ startsAt, durationS, unit, periods }: ChargingSchedule) {
  return {
    ...(durationS === null ? {} : { duration: durationS }),
    ...(startsAt === null ? {} : { startSchedule: isoTime(startsAt) }),
    chargingRateUnit: unit,
    chargingSchedulePeriod: periods.map(({ startS, limit, phases }) => ({
      startPeriod: startS,
      limit: tenths(limit),
      ...(phases === null ? {} : { numberPhases: phases }),
    })),
  };
}

/** Rounded down to one decimal, which is all that OCPP knows: what is shared out is never exceeded. */
function tenths(limit: number): number {
  return Math.floor(limit * 10 + 1e-6) / 10;
}

const period = z
  .object({ startPeriod: integer, limit: decimal, numberPhases: maybe(integer) })
  .transform(({ startPeriod: startS, limit, numberPhases }) => ({ startS, limit, phases: numberPhases ?? null }));

/** A schedule as chargers tell it. */
export const toldSchedule = z
  .object({
    duration: maybe(integer),
    startSchedule: maybe(instant),
    chargingRateUnit: maybe(text),
    chargingSchedulePeriod: list(period),
  })
  .transform((told): ChargingSchedule => ({
    startsAt: told.startSchedule ?? null,
    durationS: told.duration ?? null,
    unit: told.chargingRateUnit === 'W' ? 'W' : 'A',
    periods: told.chargingSchedulePeriod.toSorted((one, other) => one.startS - other.startS),
  }));

const PURPOSES: Record<string, ProfilePurpose> = {
  ChargePointMaxProfile: 'station-maximum',
  ChargingStationMaxProfile: 'station-maximum',
  ChargingStationExternalConstraints: 'external',
  TxDefaultProfile: 'default',
  TxProfile: 'transaction',
};

/** A purpose of either version. */
export const toldPurpose = text.transform((name, context) => {
  const purpose = meaningOf(PURPOSES, name);
  if (purpose) return purpose;
  context.addIssue({ code: 'custom', message: 'No purpose of a charging profile.' });
  return z.NEVER;
});

/** A profile of either version, on no EVSE yet. Of the schedules that a car may choose from, the first is followed. */
export const toldProfile = z
  .object({
    id: maybe(integer),
    chargingProfileId: maybe(integer),
    transactionId: maybe(text),
    stackLevel: integer,
    chargingProfilePurpose: toldPurpose,
    chargingProfileKind: maybe(text),
    recurrencyKind: maybe(text),
    validFrom: maybe(instant),
    validTo: maybe(instant),
    chargingSchedule: list(toldSchedule),
  })
  .transform((told): Omit<ChargingProfile, 'evse'> => ({
    ...(told.chargingSchedule[0] ?? { startsAt: null, durationS: null, unit: 'A', periods: [] }),
    number: told.id ?? told.chargingProfileId ?? 0,
    purpose: told.chargingProfilePurpose,
    kind: kindOf(told),
    stackLevel: told.stackLevel,
    validFrom: told.validFrom ?? null,
    validTo: told.validTo ?? null,
    transaction: told.transactionId ?? null,
  }));

function kindOf(told: { chargingProfileKind?: string | undefined; recurrencyKind?: string | undefined }) {
  if (told.chargingProfileKind === 'Recurring') return told.recurrencyKind === 'Weekly' ? 'weekly' : 'daily';
  return told.chargingProfileKind === 'Relative' ? 'relative' : 'absolute';
}
