import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { SECOND } from '#estate/units.ts';
import type { Connection } from './connection.ts';
import type { Dialect } from './dialect.ts';

/** After a boot a charger is busy for a while. */
export const SETTLES_IN_MS = 5 * SECOND;
const TIMEOUT_MS = 5 * SECOND;

/** Asks a charger to meter its transactions at an interval, s. It is asked for no more than that. */
export async function askForMeterValues(
  connection: Connection,
  ask: { dialect: Dialect; intervalS: number; log: Log },
): Promise<void> {
  const { charger } = connection.info;
  try {
    const { outcome } = await connection.call(ask.dialect.meterEvery(ask.intervalS), TIMEOUT_MS);
    ask.log.debug({ charger, outcome }, 'The meter interval was asked for.');
  } catch (error) {
    ask.log.info({ charger, error: messageOf(error) }, 'The meter interval could not be asked for.');
  }
}
