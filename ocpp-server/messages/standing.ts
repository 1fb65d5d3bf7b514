import type { Registration } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { OutboundCall } from './call.ts';

/** How a charger stands with us: what it was told when it booted, and what may be said meanwhile, either way. */
export interface Standing {
  /** It is being told so, in answer to a boot. `isNew`: it never booted like this before. */
  become(registration: Registration, boot: { isNew: boolean }): void;
  /** @throws PolisError `forbidden` for what a charger may not call before it is accepted. */
  admit(action: string): void;
  /** @throws PolisError `conflict` for what it may not be called with before it is accepted. */
  permit(call: OutboundCall): void;
}

/**
 * Kept and confirmed in any standing. A charger that was accepted yesterday may hold bills of that time; refused, they
 * would come again a few times and then be dropped.
 */
const ALWAYS_HEARD = new Set([
  'BootNotification',
  'StartTransaction',
  'StopTransaction',
  'TransactionEvent',
  'MeterValues',
]);

/** A charger that is pending serves nobody (OCPP 1.6 §4.2; OCPP 2.0.1 B02.FR.05). */
const SERVING = new Set([
  'RemoteStartTransaction',
  'RemoteStopTransaction',
  'RequestStartTransaction',
  'RequestStopTransaction',
]);

/**
 * @param registration what the charger was told before: one that connects anew need not boot, and stands as it stood.
 * @param onAccepted a boot is accepted; its answer is about to leave.
 */
export function createStanding(registration: Registration, onAccepted: (boot: { isNew: boolean }) => void): Standing {
  let current = registration;
  /** What it was asked to call before it is accepted (OCPP 2.0.1 B02.FR.09). */
  const instructed = new Set<string>();
  return {
    become(next, boot) {
      current = next;
      instructed.clear();
      if (next === 'accepted') onAccepted(boot);
    },
    admit(action) {
      if (current === 'accepted' || ALWAYS_HEARD.has(action) || instructed.has(action)) return;
      throw new PolisError('forbidden', `This charger is ${current}: it may call ${action} once its boot is accepted.`);
    },
    permit(call) {
      if (current === 'accepted') return;
      const wanted = instructedBy(call);
      const isFitting = current === 'pending' ? !SERVING.has(call.action) : wanted === 'BootNotification';
      if (!isFitting) {
        throw new PolisError('conflict', `The charger is ${current}: accept it before it is asked for ${call.action}.`);
      }
      if (wanted !== null) instructed.add(wanted);
    },
  };
}

/** What a call of ours makes a charger call; null: nothing. */
function instructedBy({ action, payload }: OutboundCall): string | null {
  if (action === 'GetBaseReport' || action === 'GetReport') return 'NotifyReport';
  if (!('requestedMessage' in payload)) return null;
  const message = String(payload.requestedMessage);
  return message.startsWith('Sign') ? 'SignCertificate' : message;
}
