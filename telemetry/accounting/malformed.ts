import type { Clock } from '#estate/clock.ts';
import type { Fact } from '#estate/fact.ts';
import { SECOND } from '#estate/units.ts';
import { storable } from './dead-letters.ts';
import type { DeviceRef } from './received.ts';

/** Messages of devices that could not be understood, told as facts. */
export interface Malformed {
  note(of: DeviceRef, reason: string): void;
  /** Tells what has come together: one fact a device, however many messages it sent. */
  tell(): void;
}

/** How often that is told. */
export const MALFORMED_EVERY_MS = 10 * SECOND;
const REASON_BYTES = 200;

export function createMalformed(clock: Clock, publish: (fact: Fact) => void): Malformed {
  const untold = new Map<string, DeviceRef & { times: number; reason: string }>();
  return {
    note({ site, device }, reason) {
      const times = (untold.get(`${site}/${device}`)?.times ?? 0) + 1;
      untold.set(`${site}/${device}`, { site, device, times, reason: storable(reason, REASON_BYTES) });
    },
    tell() {
      const told = [...untold.values()];
      untold.clear();
      for (const each of told) publish({ kind: 'device-malformed', at: clock.now(), ...each });
    },
  };
}
