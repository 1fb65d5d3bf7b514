import type { ChargerRef, Charging } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';

/** Tells charging which chargers are connected. */
export interface Presence {
  tell(charger: ChargerRef, online: boolean): void;
  /** Resolves once all that was told is stored, or has failed. */
  settled(): Promise<void>;
}

export function createPresence(charging: Charging, { clock, log }: Ground): Presence {
  const underWay = new Set<Promise<void>>();
  return {
    tell(charger, online) {
      const told = charging
        .reachable(charger, online, clock.now())
        .catch((error: unknown) => {
          log.error({ charger: charger.id, online, error: messageOf(error) }, 'A presence could not be stored.');
        })
        .finally(() => underWay.delete(told));
      underWay.add(told);
    },
    async settled() {
      await Promise.all(underWay);
    },
  };
}
