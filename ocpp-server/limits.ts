import type { ChargerCommand } from '#charging/index.ts';
import { SECOND, isoTime, type Millis } from '#estate/units.ts';

export type LimitCommand = Extract<ChargerCommand, { command: 'limit' }>;

/** Above profiles that an installer may have left at level 0. */
export const STACK_LEVEL = 1;

/**
 * The parts of a charging profile that both versions share. A profile's id is the EVSE's and the purpose's, so that a
 * new limit takes the place of the one before. Its single period is relative to the transaction, so that the charger's
 * clock decides only when the limit lapses.
 */
export function profileOf(command: LimitCommand, now: Millis) {
  const ofTransaction = command.transaction !== undefined;
  return {
    id: command.evse * 2 + (ofTransaction ? 2 : 1),
    head: {
      stackLevel: STACK_LEVEL,
      chargingProfilePurpose: ofTransaction ? 'TxProfile' : 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      ...(command.durationS === undefined ? {} : { validTo: isoTime(now + command.durationS * SECOND) }),
    },
    schedule: {
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [
        // Rounded down: what is shared out is never exceeded.
        { startPeriod: 0, limit: Math.floor(command.limitA * 10) / 10, numberPhases: command.phases },
      ],
    },
  };
}
