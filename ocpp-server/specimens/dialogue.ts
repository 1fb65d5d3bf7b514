import { chargerCommand, type Authority, type ChargerCommand, type Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { openServer, type Specimen } from './server.ts';
import type { Wire } from './wire.ts';

/** For tests: one charger that is asked things, and the server that asks. */
export interface Dialogue extends AsyncDisposable {
  specimen: Specimen;
  wire: Wire;
  /** Gives a command as a person would, and lets the charger answer each of the calls that it comes to. */
  ask(command: object, ...answers: (object | string)[]): Promise<{ calls: unknown[]; result: CommandResult }>;
  /** The same for a raw call. */
  askRaw(action: string, payload: object, answer: object): Promise<CommandResult>;
  /** Takes the next call and answers it: with a payload, or with a CALLERROR of this code. */
  hear(answer: object | string): Promise<unknown>;
  /** What the server answers to a call of the charger. */
  tell(action: string, payload: object): Promise<unknown>;
}

/** Connects the charger `C1`. */
export async function openDialogue(protocol: Protocol, world: { authority?: Authority } = {}): Promise<Dialogue> {
  const specimen = await openServer({}, world);
  const wire = await specimen.connect('C1', protocol);
  const hear: Dialogue['hear'] = async (answer) => {
    const [, id, action, payload] = await wire.next();
    wire.send(JSON.stringify(typeof answer === 'string' ? [4, id, answer, '', {}] : [3, id, answer]));
    return [action, payload];
  };
  return {
    specimen,
    wire,
    hear,
    async ask(command, ...answers) {
      const parsed: ChargerCommand = chargerCommand.parse(command);
      const result = specimen.server.command('C1', parsed);
      const calls: unknown[] = [];
      for (const answer of answers) calls.push(await hear(answer));
      return { calls, result: await result };
    },
    async askRaw(action, payload, answer) {
      const result = specimen.server.call('C1', action, payload);
      await hear(answer);
      return result;
    },
    async tell(action, payload) {
      const [, , answer] = await wire.call(action, payload);
      return answer;
    },
    [Symbol.asyncDispose]: () => specimen[Symbol.asyncDispose](),
  };
}
