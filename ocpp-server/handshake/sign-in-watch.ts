import type { ChargerRef, Charging } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import { MINUTE, type Millis } from '#estate/units.ts';

/** What the server itself sees that bears on security, beside what chargers report. */
export type Sighting = 'SignInFailed' | 'CertificateRefused' | 'ConnectionReplaced' | 'IdentitySwapping';

/** Keeps an eye on who signs in as whom, and makes security events of what is odd. */
export interface Watch {
  /** Notes what was seen; the same again within a minute is counted, and told with the next. */
  saw(charger: ChargerRef, seen: { kind: Sighting; text: string }): void;
  /** A second connection took the place of the first. Where that goes on and on, two devices share one identity. */
  swapped(charger: ChargerRef, text: string): void;
  /** Resolves once all that was noted is stored, or its failure logged. */
  settled(): Promise<void>;
}

const QUIET_MS = MINUTE;
const MOST_REMEMBERED = 10_000;
/** So many swaps within the time are more than a bad link makes. */
const MOST_SWAPS = 5;
const SWAPS_WITHIN_MS = 10 * MINUTE;

export function createWatch({ charging, ground }: { charging: Charging; ground: Ground }): Watch {
  const { clock, log } = ground;
  const told = new Map<string, { at: Millis; since: number }>();
  const swaps = new Map<DeviceId, Millis[]>();
  let storing: Promise<unknown> = Promise.resolve();

  const saw: Watch['saw'] = (charger, { kind, text }) => {
    const key = `${kind} ${charger.id}`;
    const now = clock.now();
    const before = told.get(key);
    if (before && now - before.at < QUIET_MS) return void (before.since += 1);
    remember(told, key, { at: now, since: 0 });
    const more = before?.since ? ` ${before.since} more times since the last of these events.` : '';
    const event = { kind, at: now, receivedAt: now, text: text + more, source: 'server' as const };
    const stored = charging.securityEvents.note(charger, event);
    storing = Promise.all([storing, stored]).catch((error: unknown) => {
      log.error({ charger: charger.id, kind, error: messageOf(error) }, 'A security event could not be stored.');
    });
  };
  return {
    saw,
    swapped(charger, text) {
      saw(charger, { kind: 'ConnectionReplaced', text });
      const now = clock.now();
      const recent = [...(swaps.get(charger.id) ?? []).filter((at) => now - at < SWAPS_WITHIN_MS), now];
      remember(swaps, charger.id, recent.slice(-MOST_SWAPS - 1));
      if (recent.length <= MOST_SWAPS) return;
      const often = `Its connection was replaced more than ${MOST_SWAPS} times within ten minutes`;
      saw(charger, { kind: 'IdentitySwapping', text: `${often}: two devices may share its identity. ${text}` });
    },
    settled: async () => void (await storing),
  };
}

/** The newest last; the oldest are forgotten. */
function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  known.delete(key);
  known.set(key, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_REMEMBERED) return;
    known.delete(oldest);
  }
}
