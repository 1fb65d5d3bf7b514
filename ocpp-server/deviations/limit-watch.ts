import { z } from 'zod';
import { evseDevice } from '#estate/device.ts';
import type { Charging } from '#charging/index.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import { MINUTE, powerOf, type Millis } from '#estate/units.ts';
import type { OutboundCall } from '../messages/call.ts';
import { decimal, instant, list, maybe, ordinal } from '../messages/tolerant.ts';

/** Finds chargers that accept a limit and do not keep to it. */
export interface LimitWatch {
  /** The charger accepted a call of ours. */
  accepted(charger: DeviceId, call: OutboundCall, at: Millis): void;
  /** EVSEs were metered. One that draws more than its limit for a while is counted, once for each limit. */
  metered(readings: readonly Reading[]): void;
}

interface Limit {
  charger: DeviceId;
  /** Per phase, where the limit is a current. */
  currentA: number | null;
  powerW: number;
  from: Millis;
  until: Millis;
  overSince: Millis | null;
  isTold: boolean;
}

/** A car may take this long to follow, and a meter is not exact. */
const PATIENCE_MS = MINUTE;
const TOLERANCE = 1.1;
const TOLERANCE_A = 1;
const TOLERANCE_W = 300;

const schedule = z.object({
  chargingRateUnit: z.enum(['A', 'W']),
  chargingSchedulePeriod: list(z.object({ limit: decimal, numberPhases: maybe(decimal) })),
});
const profile = z.object({ validTo: maybe(instant), chargingSchedule: list(schedule) });
const settingProfile = z
  .object({
    connectorId: maybe(ordinal),
    evseId: maybe(ordinal),
    csChargingProfiles: maybe(profile),
    chargingProfile: maybe(profile),
  })
  .transform((said) => ({
    evse: said.evseId ?? said.connectorId ?? 0,
    profile: said.chargingProfile ?? said.csChargingProfiles,
  }));
const clearingProfile = z
  .object({ connectorId: maybe(ordinal), chargingProfileCriteria: maybe(z.object({ evseId: maybe(ordinal) })) })
  .transform((said) => said.chargingProfileCriteria?.evseId ?? said.connectorId);

export function createLimitWatch({ deviations }: Pick<Charging, 'deviations'>): LimitWatch {
  const limits = new Map<DeviceId, Limit>();
  const metered = ({ device, ts, values }: Reading) => {
    const limit = limits.get(device);
    if (!limit) return;
    if (ts > limit.until) limits.delete(device);
    const excess = excessOf(limit, values);
    if (ts < limit.from + PATIENCE_MS || ts > limit.until || excess === undefined) return;
    limit.overSince = excess === null ? null : (limit.overSince ?? ts);
    if (excess === null || limit.isTold || ts - (limit.overSince ?? ts) < PATIENCE_MS) return;
    limit.isTold = true;
    deviations.note(limit.charger, { action: 'SetChargingProfile', field: '', kind: 'limit-ignored', found: excess });
  };
  return {
    accepted(charger, { action, payload }, at) {
      if (action === 'SetChargingProfile') {
        const { evse, profile: set } = settingProfile.parse(payload);
        // One that varies with time, or that all EVSEs share, says nothing that one meter value could break.
        const [only, ...others] = set?.chargingSchedule ?? [];
        const [period, ...later] = only?.chargingSchedulePeriod ?? [];
        if (evse === 0 || !only || !period || others.length > 0 || later.length > 0) return;
        const currentA = only.chargingRateUnit === 'A' ? period.limit : null;
        const powerW = currentA === null ? period.limit : powerOf(currentA, period.numberPhases ?? 3);
        const until = set?.validTo ?? Infinity;
        const before = limits.get(evseDevice(charger, evse));
        const isSame = before !== undefined && before.powerW === powerW && before.currentA === currentA;
        if (isSame) before.until = until;
        else
          limits.set(evseDevice(charger, evse), {
            charger,
            currentA,
            powerW,
            from: at,
            until,
            overSince: null,
            isTold: false,
          });
      } else if (action === 'ClearChargingProfile') {
        const evse = clearingProfile.parse(payload);
        if (evse !== undefined) limits.delete(evseDevice(charger, evse));
      }
    },
    metered: (readings) => readings.forEach(metered),
  };
}

/** By how much a limit is exceeded, in words; null: it is kept; undefined: nothing was said of that. */
function excessOf({ currentA, powerW }: Limit, values: Record<string, number>): string | null | undefined {
  const { A: drawnA, W: drawnW } = values;
  if (currentA !== null && drawnA !== undefined) {
    return drawnA > currentA * TOLERANCE + TOLERANCE_A ? `${drawnA} A of ${currentA} A` : null;
  }
  if (drawnW === undefined) return undefined;
  return drawnW > powerW * TOLERANCE + TOLERANCE_W ? `${drawnW} W of ${powerW} W` : null;
}
