import type { ChargerCommand, ChargerRef, Charging } from '#charging/index.ts';
import type { Random } from '#estate/random.ts';
import type { Millis } from '#estate/units.ts';
import type { LimitDialect } from '../quirks/quirks.ts';
import type { OutboundCall } from './call.ts';
import type { InboundAction } from './inbound.ts';
import type { OutboundAction } from './outbound.ts';

/** What putting a command into words may need to know. */
export interface Moment {
  now: Millis;
  random: Random;
  charger: ChargerRef;
  charging: Charging;
  /** How the charger wants its charging profiles worded. */
  limits: LimitDialect;
}

type CommandName = ChargerCommand['command'];
export type Commands = { [Name in CommandName]: Extract<ChargerCommand, { command: Name }> };

/** One call, or several that are sent one after another and answered as one. */
type Said = OutboundCall | readonly OutboundCall[];

/**
 * Domain commands in a version's words. A phrase throws PolisError `invalid` where the version cannot say an option; a
 * command without a phrase is one that the version cannot say.
 */
export type Phrases = {
  readonly [Name in CommandName]?: (command: Commands[Name], moment: Moment) => Said | Promise<Said>;
};

/** A functional block of one version of OCPP. */
export interface Block {
  readonly inbound: readonly InboundAction[];
  readonly outbound: readonly OutboundAction[];
  readonly phrases: Phrases;
}
