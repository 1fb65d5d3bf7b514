import type { z } from 'zod';
import type { ChargerRef, Charging } from '#charging/index.ts';
import type { Ground } from '#estate/ground.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import { decode } from './tolerant.ts';

/** What the handlers of calls work with; one for all chargers. */
export interface Desk {
  charging: Charging;
  ground: Ground;
  /** Hands meter values on as samples; resolves once they are kept. */
  keep(readings: Reading[]): Promise<void>;
  /** What a charger is told at boot, s. */
  heartbeatIntervalS: number;
}

/** A call of a charger: whose it is, and when it came by our clock. */
export interface Arrival {
  charger: ChargerRef;
  receivedAt: Millis;
  desk: Desk;
}

/** One action that chargers call: how its payload is read, and what is answered once the effect is committed. */
export interface InboundAction {
  readonly action: string;
  answer(payload: unknown, arrival: Arrival): Promise<object>;
}

/** Declares an action. The answer is given only after what it reports is stored. */
export function inbound<Schema extends z.ZodType>(
  action: string,
  payload: Schema,
  answer: (message: z.output<Schema>, arrival: Arrival) => Promise<object>,
): InboundAction {
  return { action, answer: async (raw, arrival) => answer(decode(payload, raw), arrival) };
}

/** Declares an action of which only the frame is kept: it is logged, without what it may hold, and confirmed. */
export function acknowledged(action: string): InboundAction {
  return {
    action,
    answer(_payload, { charger, desk }) {
      desk.ground.log.info({ charger: charger.id, action }, 'A charger reported; the frame is in its trace.');
      return Promise.resolve({});
    },
  };
}
