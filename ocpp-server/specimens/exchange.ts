import { chargerCommand } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import type { Protocol } from '#charging/index.ts';
import type { Specimen } from './server.ts';
import type { Wire } from './wire.ts';

/** For tests: a charger that answers commands one by one, as the test says. */
export interface Exchange {
  id: string;
  wire: Wire;
  /** Gives a domain command; the call that it becomes is answered with this. */
  command(said: object, response: object): Promise<Said>;
  /** The same for a call in the words of the version. */
  call(action: string, payload: object, response: object): Promise<Said>;
}

/** What went over the wire, and what came of it. */
export interface Said {
  action: string;
  payload: Record<string, unknown>;
  result: CommandResult;
}

export async function openExchange(
  specimen: Specimen,
  { id, protocol }: { id: string; protocol: Protocol },
): Promise<Exchange> {
  const wire = await specimen.connect(id, protocol);
  const answer = async (given: Promise<CommandResult>, response: object): Promise<Said> => {
    const [, messageId, action, payload] = (await Promise.race([wire.next(), given.then(neverSent)])) as [
      2,
      string,
      string,
      Record<string, unknown>,
    ];
    wire.send(JSON.stringify([3, messageId, response]));
    return { action, payload, result: await given };
  };
  return {
    id,
    wire,
    command: (said, response) => answer(specimen.server.command(id, chargerCommand.parse(said)), response),
    call: (action, payload, response) => answer(specimen.server.call(id, action, payload), response),
  };
}

function neverSent(result: CommandResult): never {
  throw new Error(`The command ended before it left: ${JSON.stringify(result)}`);
}
