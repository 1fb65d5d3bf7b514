import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROGRAM } from './command.ts';
import { ADMIN_KEY } from './in-process.ts';

/** `polisgrid record FILE --live`, as an engineer runs it. */
export interface Recorder extends AsyncDisposable {
  ocppUrl: string;
  mqttUrl: string;
  /** Ends it as Ctrl-C does; resolves with the exit code and all that it printed. */
  stop(): Promise<{ code: number | null; text: string }>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

export async function startRecorder(file: string, api: string, more: readonly string[] = []): Promise<Recorder> {
  const words = ['record', file, '--live', '--ocpp-port', '0', '--mqtt-port', '0', '--api', api, ...more];
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: { ...process.env, POLISGRID_ADMIN_KEY: ADMIN_KEY },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return { code: await ended, text };
  };
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (!text.includes('Ctrl-C ends it')) {
    if (isOver) throw new Error(`The recorder ended before it was ready:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const urlAfter = (label: string) =>
    new RegExp(`^\\s*${label}\\s+(\\S+?)(?:/\\{identity\\})?$`, 'm').exec(text)?.[1] ?? '';
  return {
    ocppUrl: urlAfter('chargers'),
    mqttUrl: urlAfter('gateways'),
    stop: () => end('SIGINT'),
    async kill() {
      await end('SIGKILL');
    },
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
    },
  };
}
