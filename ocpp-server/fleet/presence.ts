import type { ChargerRef, Charging } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Ground } from '#estate/ground.ts';

/** Tells charging which chargers are connected. */
export interface Presence {
  tell(charger: ChargerRef, online: boolean): void;
  /** Resolves once all that was told is stored, or has failed. */
  settled(): Promise<void>;
}

export function createPresence(charging: Pick<Charging, 'reachable'>, { clock, log }: Ground): Presence {
  const underWay = new Map<DeviceId, Promise<void>>();
  return {
    tell(charger, online) {
      const at = clock.now();
      // One charger's after another: it may come and go faster than the store answers.
      const told = (underWay.get(charger.id) ?? Promise.resolve())
        .then(() => charging.reachable(charger, online, at))
        .catch((error: unknown) => {
          log.error({ charger: charger.id, online, error: messageOf(error) }, 'A presence could not be stored.');
        })
        .finally(() => {
          if (underWay.get(charger.id) === told) underWay.delete(charger.id);
        });
      underWay.set(charger.id, told);
    },
    async settled() {
      await Promise.all(underWay.values());
    },
  };
}
