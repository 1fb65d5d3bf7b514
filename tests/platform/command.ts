import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ADMIN_KEY } from './in-process.ts';

export const PROGRAM = fileURLToPath(new URL('../../bin/polisgrid.js', import.meta.url));

/** A polisgrid command at work. */
export interface StartedCommand {
  pid: number;
  /** All that it printed so far, on either stream. */
  printed(): string;
  /** Resolves once it has printed that; fails when it ends without. */
  says(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** How it ended; by a signal, as a shell says it: 128 and its number. */
  ended: Promise<{ code: number; text: string }>;
}

export interface CommandPlace {
  /** Where it runs; absent: here. */
  folder?: string;
  /** Over that of this process. An `undefined` takes something away. */
  environment?: Record<string, string | undefined>;
}

export function startCommand(words: readonly string[], place: CommandPlace = {}): StartedCommand {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    ...(place.folder === undefined ? {} : { cwd: place.folder }),
    env: { ...process.env, POLISGRID_ADMIN_KEY: ADMIN_KEY, ...place.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  let isOver = false;
  const ended = once(child, 'close').then((how) => {
    const [code, signal] = how as [number | null, NodeJS.Signals | null];
    isOver = true;
    return { code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), text };
  });
  return {
    pid: child.pid ?? 0,
    printed: () => text,
    async says(wanted) {
      while (!text.includes(wanted)) {
        if (isOver) throw new Error(`It ended without a word of "${wanted}":\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    signal: (name) => void child.kill(name),
    ended,
  };
}

/** Runs a polisgrid command to its end. */
export function polisgridCommand(...words: string[]): Promise<{ code: number; text: string }> {
  return startCommand(words).ended;
}
