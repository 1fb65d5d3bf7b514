import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Millis } from '#estate/units.ts';
import { added, emptyTally, type Tally } from './site-load.ts';

/** What gateways are to play. */
export interface PlayOrder {
  seed: string;
  /** Of the whole estate. */
  sites: number;
  /** Which of them are of this process. */
  share: { index: number; of: number };
  port: number;
  /** The instant that their time begins with. */
  from: Millis;
  steps: number;
  periodMs: number;
  /** How many times as fast as time passes. */
  speed: number;
}

export interface Played {
  seconds: number;
  tally: Tally;
}

/** Gateways in several processes, connected and with their devices announced. */
export interface Load extends Disposable {
  play(): Promise<Played>;
}

export async function openLoad(order: Omit<PlayOrder, 'share'>, processes: number): Promise<Load> {
  const members = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL('load-process.ts', import.meta.url))),
  );
  const tell = async (message: (index: number) => object) =>
    Promise.all(
      members.map(async (member, index): Promise<unknown> => {
        const ended = once(member, 'exit').then(() => ['ended']);
        member.send(message(index));
        const [answer] = await Promise.race([once(member, 'message'), ended]);
        if (answer === 'ended') throw new Error('A process of the load ended before its time.');
        return answer;
      }),
    );
  await tell((index) => ({ ...order, share: { index, of: processes } }));
  return {
    async play() {
      const parts = (await tell(() => ({ play: true }))) as Played[];
      return {
        seconds: Math.max(...parts.map(({ seconds }) => seconds)),
        tally: parts.map(({ tally }) => tally).reduce(added, emptyTally()),
      };
    },
    [Symbol.dispose]: () => members.forEach((member) => member.kill()),
  };
}
