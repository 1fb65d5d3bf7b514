import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';
import { dueDefaults, shareDefaults, type DefaultHolder } from './defaults.ts';
import type { SendDefault } from './sight.ts';

/** Sees to it that the chargers of a site hold defaults which together respect its limit. */
export interface DefaultKeeper {
  /** Sends what changed; does not wait for the answers. */
  settle(holders: readonly DefaultHolder[], budgetW: number): void;
}

/** A default that a charger did not take is sent again after this. */
const AGAIN_MS = 10 * MINUTE;
/** A charger that has just come is told its default at its boot; only then is it our turn. */
const SETTLES_IN_MS = MINUTE;

export function createDefaultKeeper(
  { sendDefault, ground }: { sendDefault?: SendDefault | undefined; ground: Ground },
  { defaultA: mostA }: { defaultA: number },
): DefaultKeeper {
  const { clock, log } = ground;
  const met = new Map<DeviceId, { since: Millis; sent: { limitA: number; at: Millis } | null }>();

  const isTurn = ({ charger, limitA }: { charger: DeviceId; limitA: number }, now: Millis) => {
    const known = met.get(charger);
    if (!known || now - known.since < SETTLES_IN_MS) return false;
    return known.sent?.limitA !== limitA || now - known.sent.at >= AGAIN_MS;
  };
  const send = async (due: { charger: DeviceId; limitA: number }) => {
    try {
      const result = await sendDefault?.(due);
      if (result && result.outcome !== 'accepted') log.warn({ ...due, ...result }, 'A default limit was not taken.');
    } catch (error) {
      log.warn({ ...due, error: messageOf(error) }, 'A default limit could not be sent.');
    }
  };
  return {
    settle(holders, budgetW) {
      const now = clock.now();
      for (const { charger, online } of holders) {
        if (!online) met.delete(charger);
        else if (!met.has(charger)) met.set(charger, { since: now, sent: null });
      }
      for (const due of dueDefaults(holders, shareDefaults(holders, { budgetW, mostA }))) {
        const known = met.get(due.charger);
        if (!known || !isTurn(due, now)) continue;
        known.sent = { limitA: due.limitA, at: now };
        void send(due);
      }
    },
  };
}
