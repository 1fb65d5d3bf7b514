import { DAY, isoTime } from '#estate/units.ts';
import { z } from 'zod';
import { recurrence, type StoredProfile } from './profiles.ts';

const instant = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), 'No RFC 3339 time')
  .transform((text) => Date.parse(text));

const schedule = z.object({
  startSchedule: instant.optional(),
  duration: z.int().optional(),
  chargingRateUnit: z.enum(['A', 'W']),
  chargingSchedulePeriod: z
    .array(z.object({ startPeriod: z.int().min(0), limit: z.number().min(0), numberPhases: z.int().optional() }))
    .min(1),
});

const purposes = {
  ChargePointMaxProfile: 'station-max',
  ChargingStationMaxProfile: 'station-max',
  ChargingStationExternalConstraints: 'external',
  TxDefaultProfile: 'default',
  TxProfile: 'transaction',
} as const;

export const purposeName = z
  .enum([
    'ChargePointMaxProfile',
    'ChargingStationMaxProfile',
    'ChargingStationExternalConstraints',
    'TxDefaultProfile',
    'TxProfile',
  ])
  .transform((name) => purposes[name]);

const kinds = { Absolute: 'absolute', Recurring: 'recurring', Relative: 'relative' } as const;

/** A ChargingProfile of either version: 1.6 carries one schedule, 2.0.1 a list, of which we follow the first. */
export const chargingProfile = z
  .object({
    id: z.int().optional(),
    chargingProfileId: z.int().optional(),
    transactionId: z.union([z.int(), z.string()]).optional(),
    stackLevel: z.int().min(0),
    chargingProfilePurpose: purposeName,
    chargingProfileKind: z.enum(['Absolute', 'Recurring', 'Relative']).transform((name) => kinds[name]),
    recurrencyKind: z.enum(['Daily', 'Weekly']).optional(),
    validFrom: instant.optional(),
    validTo: instant.optional(),
    chargingSchedule: z.union([schedule, z.tuple([schedule], schedule).transform(([first]) => first)]),
  })
  .transform((given): Omit<StoredProfile, 'evse'> => ({
    id: given.id ?? given.chargingProfileId ?? 0,
    source: 'CSO',
    stackLevel: given.stackLevel,
    purpose: given.chargingProfilePurpose,
    kind: given.chargingProfileKind,
    recursMs: recurrence(given.recurrencyKind),
    transaction: given.transactionId === undefined ? null : String(given.transactionId),
    validFrom: given.validFrom ?? null,
    validTo: given.validTo ?? null,
    startsAt: given.chargingSchedule.startSchedule ?? null,
    durationS: given.chargingSchedule.duration ?? null,
    unit: given.chargingSchedule.chargingRateUnit,
    periods: given.chargingSchedule.chargingSchedulePeriod.map((each) => ({
      startS: each.startPeriod,
      limit: each.limit,
      phases: each.numberPhases ?? null,
    })),
  }));

const PURPOSE_NAMES = {
  'station-max': 'ChargingStationMaxProfile',
  external: 'ChargingStationExternalConstraints',
  default: 'TxDefaultProfile',
  transaction: 'TxProfile',
} as const;
const KIND_NAMES = { absolute: 'Absolute', recurring: 'Recurring', relative: 'Relative' } as const;

/** A profile as a 2.0.1 station reports it. */
export function profileWords(profile: StoredProfile) {
  const { recursMs, validFrom, validTo, transaction } = profile;
  return {
    id: profile.id,
    stackLevel: profile.stackLevel,
    chargingProfilePurpose: PURPOSE_NAMES[profile.purpose],
    chargingProfileKind: KIND_NAMES[profile.kind],
    ...(recursMs === null ? {} : { recurrencyKind: recursMs === DAY ? 'Daily' : 'Weekly' }),
    ...(validFrom === null ? {} : { validFrom: isoTime(validFrom) }),
    ...(validTo === null ? {} : { validTo: isoTime(validTo) }),
    ...(transaction === null ? {} : { transactionId: transaction }),
    chargingSchedule: [scheduleWords(profile)],
  };
}

/** A ChargingScheduleType of 2.0.1. */
export function scheduleWords(profile: Pick<StoredProfile, 'id' | 'startsAt' | 'durationS' | 'unit' | 'periods'>) {
  const { id, startsAt, durationS, unit, periods } = profile;
  return {
    id,
    ...(startsAt === null ? {} : { startSchedule: isoTime(startsAt) }),
    ...(durationS === null ? {} : { duration: durationS }),
    chargingRateUnit: unit,
    chargingSchedulePeriod: periods.map(({ startS, limit, phases }) => ({
      startPeriod: startS,
      limit,
      ...(phases === null ? {} : { numberPhases: phases }),
    })),
  };
}
