import type { ChargerCommand } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Log } from '#estate/log.ts';

export interface AfterBootOptions {
  /** How often chargers are to meter a transaction, s. Absent: as they are configured. */
  meterIntervalS?: number;
  /** Whether a charger that boots for the first time, or with new firmware, is asked for all its variables. */
  readsInventory?: boolean;
  /**
   * What each EVSE of a charger is to be left as its default, A per phase, so that it draws no more when it is cut off or
   * the server is gone; null: nothing. It is sent after every boot, because some chargers forget it in a power cut.
   */
  defaultLimitA?: (charger: DeviceId) => Promise<number | null>;
}

/** What a charger is asked once its boot was accepted and it has settled. It is asked for no more than that. */
export function createAfterBoot(
  deps: { command: (charger: DeviceId, command: ChargerCommand) => Promise<CommandResult>; log: Log },
  { meterIntervalS, readsInventory = false, defaultLimitA }: AfterBootOptions,
) {
  const { command, log } = deps;
  const ask = async (charger: DeviceId, what: ChargerCommand) => {
    try {
      const { outcome } = await command(charger, what);
      log.debug({ charger, command: what.command, outcome }, 'A charger that booted was asked.');
    } catch (error) {
      log.info({ charger, command: what.command, error: messageOf(error) }, 'A charger that booted was not asked.');
    }
  };
  const defaultFor = async (charger: DeviceId): Promise<number | null> => {
    try {
      return (await defaultLimitA?.(charger)) ?? null;
    } catch (error) {
      log.warn({ charger, error: messageOf(error) }, 'The default limit of a charger could not be found out.');
      return null;
    }
  };
  return async (charger: DeviceId, { isNew }: { isNew: boolean }): Promise<void> => {
    if (meterIntervalS !== undefined) {
      const interval = { variable: { by: 'name', name: 'meter-interval' }, value: String(meterIntervalS) } as const;
      await ask(charger, { command: 'set-variables', variables: [interval] });
    }
    const limitA = await defaultFor(charger);
    if (limitA !== null) await ask(charger, { command: 'default-limit', limitA, phases: 3 });
    if (readsInventory && isNew) {
      await ask(charger, { command: 'request-report', scope: 'full', criteria: [], variables: [] });
    }
  };
}
