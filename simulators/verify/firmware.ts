import { z } from 'zod';
import type { Difference } from '../run/result.ts';
import type { FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';

const chargerRow = z.object({ id: z.string(), firmware: z.string().nullable() });

/** Holds the firmware with which each charger was accepted, as after an update, against what the platform says of it. */
export async function compareFirmware({ chargers }: FieldTruth, target: Target): Promise<Difference[]> {
  const known = new Map<string, string | null>();
  for await (const { id, firmware } of target.all('/v1/chargers', chargerRow)) known.set(id, firmware);
  return chargers.flatMap(({ charger, isOnline, firmware }): Difference[] => {
    const shown = known.get(charger) ?? null;
    // While it is not online, it may have been accepted without having heard that.
    if (!isOnline || firmware === null || firmware === shown) return [];
    const text = `${charger} runs firmware ${firmware}, and was accepted with it; the platform has ${shown ?? 'none'}.`;
    return [{ kind: 'firmware', subject: charger, text }];
  });
}
