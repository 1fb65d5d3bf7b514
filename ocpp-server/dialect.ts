import type { ChargerCommand, Protocol } from '#charging/index.ts';
import type { Random } from '#estate/random.ts';
import type { Millis } from '#estate/units.ts';
import type { InboundAction } from './inbound.ts';

/** A call that leaves for a charger. */
export interface OutboundCall {
  action: string;
  payload: object;
}

/** What translating a command may need to know. */
export interface Moment {
  now: Millis;
  random: Random;
}

/** One version of OCPP: what its chargers say, and how they are spoken to. */
export interface Dialect {
  readonly protocol: Protocol;
  readonly inbound: readonly InboundAction[];
  /**
   * A domain command in this version's words.
   *
   * @throws PolisError `invalid` when the version cannot say it.
   */
  translate(command: ChargerCommand, moment: Moment): OutboundCall;
  /** Asks for meter values of a running transaction at this interval, s. */
  meterEvery(intervalS: number): OutboundCall;
}
