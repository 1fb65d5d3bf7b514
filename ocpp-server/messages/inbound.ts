import type { z } from 'zod';
import type { ChargerRef, Charging } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { OutboundCall } from './call.ts';
import type { Standing } from './standing.ts';
import { decode } from './tolerant.ts';

/** What the handlers of calls work with; one for all chargers. */
export interface Desk {
  charging: Charging;
  ground: Ground;
  /** Hands meter values on as samples; resolves once they are kept. */
  keep(readings: Reading[]): Promise<void>;
  /** What a charger is told at boot, s. */
  heartbeatIntervalS: number;
  /**
   * Calls a charger, in the words of its version, for what an answer of ours cannot say.
   *
   * @throws PolisError `offline` when it is not connected; `invalid` when the call breaks its schema.
   */
  call(charger: DeviceId, call: OutboundCall): Promise<CommandResult>;
}

/** A call of a charger: whose it is, and when it came by our clock. */
export interface Arrival {
  charger: ChargerRef;
  receivedAt: Millis;
  /** The whole message as it came over the wire. */
  frame?: string;
  desk: Desk;
  /** Of the connection on which it came. */
  standing: Standing;
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
