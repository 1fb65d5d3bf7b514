import { openLink, type Link } from './link.ts';
import { BOOT, createSpeaker, statusOf, type MixName, type Speaker } from './mix.ts';
import { identityOf, SECRET, tokenOf } from './orders.ts';

/** A charger of the load: it has one call in flight at most, as OCPP-J §4.1.1 asks. */
export interface LoadCharger {
  readonly link: Link;
  readonly speaker: Speaker;
  /** Sends a call; `done` hears its answer. */
  call(frame: string, done: (answer: string) => void): void;
  /** How its connection was closed; null while it stands. */
  closedWith(): number | null;
  isBusy(): boolean;
}

/** Connects, signs in, boots and tells its connector's status; rejects when any of it is refused. */
export async function arrive({ port, mix }: { port: number; mix: MixName }, index: number): Promise<LoadCharger> {
  const identity = identityOf(index);
  const speaker = createSpeaker(mix, tokenOf(index));
  let done: ((answer: string) => void) | null = null;
  let code: number | null = null;
  const target = {
    port,
    path: `/ocpp/${identity}`,
    protocol: mix,
    authorization: `Basic ${Buffer.from(`${identity}:${SECRET}`).toString('base64')}`,
  };
  const end = (answer: string) => {
    const told = done;
    done = null;
    told?.(answer);
  };
  const link = await openLink(target, {
    onText(text) {
      // What a central system asks of its own accord is no part of what is measured.
      if (text.startsWith('[2,')) return refuse(link, text);
      speaker.heard(text);
      end(text);
    },
    onClose(closedWith) {
      code = closedWith;
      end('closed');
    },
  });
  const charger: LoadCharger = {
    link,
    speaker,
    call(frame, then) {
      done = then;
      link.send(frame);
    },
    closedWith: () => code,
    isBusy: () => done !== null,
  };
  for (const frame of [BOOT[mix], statusOf(mix)]) {
    const answer = await ask(charger, frame);
    if (!isResult(answer)) throw new Error(`${identity}: ${answer.slice(0, 200)}`);
  }
  return charger;
}

export function ask(charger: LoadCharger, frame: string): Promise<string> {
  return new Promise((resolve) => charger.call(frame, resolve));
}

export const isResult = (answer: string) => answer.startsWith('[3,');

function refuse(link: Link, call: string): void {
  const id = /^\[2,\s*"([^"]*)"/.exec(call)?.[1] ?? '';
  link.send(`[4,"${id}","NotSupported","",{}]`);
}
