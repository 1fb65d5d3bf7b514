import type { ChargerCommand, Protocol } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { Block, Commands, Moment, Phrases } from './block.ts';
import type { OutboundCall } from './call.ts';
import type { InboundAction } from './inbound.ts';
import type { OutboundAction } from './outbound.ts';

/** One version of OCPP: what its chargers say, and how they are spoken to. */
export interface Dialect {
  readonly protocol: Protocol;
  readonly inbound: readonly InboundAction[];
  readonly outbound: ReadonlyMap<string, OutboundAction>;
  /** The domain commands that it can say. */
  readonly commands: readonly string[];
  /**
   * A domain command in this version's words.
   *
   * @throws PolisError `unsupported` when the version has no words for it; `invalid` when for one of its options.
   */
  translate(command: ChargerCommand, moment: Moment): Promise<readonly OutboundCall[]>;
}

/** Makes a version of its functional blocks. */
export function dialectOf(protocol: Protocol, { blocks }: { blocks: readonly Block[] }): Dialect {
  const phrases: Phrases = blocks.reduce((all, block) => ({ ...all, ...block.phrases }), {});
  const outbound = blocks.flatMap((block) => block.outbound);
  return {
    protocol,
    inbound: blocks.flatMap((block) => block.inbound),
    outbound: new Map(outbound.map((action) => [action.action, action])),
    commands: Object.keys(phrases),
    async translate(command, moment) {
      const said = await say(phrases, { protocol, name: command.command, command, moment });
      return 'action' in said ? [said] : said;
    },
  };
}

function say<Name extends keyof Commands>(
  phrases: Phrases,
  what: { protocol: Protocol; name: Name; command: Commands[Name]; moment: Moment },
) {
  const phrase = phrases[what.name];
  if (phrase) return phrase(what.command, what.moment);
  throw new PolisError('unsupported', `A charger that speaks ${what.protocol} cannot be told "${what.name}".`);
}
