import { z } from 'zod';
import type { DeviceId } from '#estate/ids.ts';
import type { Random } from '#estate/random.ts';
import type { Records } from '#storage/records.ts';
import { addNextSecret } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { OutboundCall } from '../messages/call.ts';

/**
 * Secrets that are on their way to chargers. Whoever sends one, a person with a raw call or the command that rotates
 * secrets, it is valid before it leaves; the one before stays valid until the charger has signed in with the new one. So
 * no cut, wherever it falls, locks a charger out.
 */
export interface NewSecrets {
  /** @throws PolisError `conflict` when the charger has not used the last ones. */
  beforeLeaving(charger: DeviceId, call: OutboundCall): Promise<void>;
}

export function createNewSecrets({ records, secrets }: { records: Records; secrets: SecretBox }): NewSecrets {
  return {
    async beforeLeaving(charger, call) {
      const secret = newSecretIn(call);
      if (secret === null) return;
      await records.run(addNextSecret, { id: charger, secretMac: secrets.macOf(secret) });
    },
  };
}

const change = z.object({ key: z.string(), value: z.string() });
const variables = z.object({
  setVariableData: z.array(
    z.object({
      component: z.object({ name: z.string() }),
      variable: z.object({ name: z.string() }),
      attributeValue: z.string(),
    }),
  ),
});

/** The secret that a call sets: AuthorizationKey of 1.6, SecurityCtrlr.BasicAuthPassword of 2.0.1. */
function newSecretIn({ action, payload }: OutboundCall): string | null {
  if (action === 'ChangeConfiguration') {
    const { data } = change.safeParse(payload);
    return data && is(data.key, 'AuthorizationKey') ? data.value : null;
  }
  if (action !== 'SetVariables') return null;
  const found = variables
    .safeParse(payload)
    .data?.setVariableData.findLast(({ variable }) => is(variable.name, 'BasicAuthPassword'));
  return found?.attributeValue ?? null;
}

/** Names of OCPP are compared without regard to case. */
function is(name: string, known: string): boolean {
  return name.toLowerCase() === known.toLowerCase();
}

const DIGITS = '0123456789abcdef';

/**
 * A secret that chargers of either version take: 20 random bytes as hexadecimal digits, which is how a key of 1.6 is set
 * (security whitepaper §2.4), and as text a password of 2.0.1 that has its longest length (40 characters).
 */
export function newSecret(random: Random): string {
  return Array.from({ length: 40 }, () => DIGITS.charAt(random.int(0, 15))).join('');
}
