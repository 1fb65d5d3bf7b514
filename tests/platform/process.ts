import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROGRAM } from './command.ts';
import { createCaller, type Caller } from './http.ts';
import { ADMIN_KEY } from './in-process.ts';

/** polisgrid as a newcomer runs it: a process of its own, told to stop by a signal. */
export interface PolisgridProcess extends AsyncDisposable {
  consoleUrl: string;
  ocppUrl: string;
  mqttUrl: string;
  admin: Caller;
  /** Nobody in particular. */
  anyone: Caller;
  pid: number;
  /** All that it printed so far. */
  printed(): string;
  /** Ends it as Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
}

/** Ports stay the same over restarts when they are given. */
export interface ProcessOptions {
  data: string;
  flags?: string[];
  ports?: { http: string; ocpp: string; mqtt: string };
  environment?: Record<string, string>;
}

export async function startProcess(options: ProcessOptions): Promise<PolisgridProcess> {
  const ports = options.ports ?? { http: '0', ocpp: '0', mqtt: '0' };
  const child = spawn(
    process.execPath,
    [PROGRAM, 'start', '--data', options.data, '--log', `${options.data}/polisgrid.log`, ...(options.flags ?? [])],
    {
      env: {
        ...process.env,
        POLISGRID_HTTP_PORT: ports.http,
        POLISGRID_OCPP_PORT: ports.ocpp,
        POLISGRID_OCPPS_PORT: '0',
        POLISGRID_MQTT_PORT: ports.mqtt,
        POLISGRID_ADMIN_KEY: ADMIN_KEY,
        ...options.environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return await ended;
  };
  await ready(() => text, ended);
  const urlAfter = (label: string) =>
    new RegExp(`^\\s*${label}\\s+(\\S+?)(?:/\\{identity\\})?$`, 'm').exec(text)?.[1] ?? '';
  return {
    consoleUrl: urlAfter('console'),
    ocppUrl: urlAfter('chargers'),
    mqttUrl: urlAfter('devices'),
    admin: createCaller(urlAfter('console'), ADMIN_KEY),
    anyone: createCaller(urlAfter('console'), null),
    pid: child.pid ?? 0,
    printed: () => text,
    stop: () => end('SIGINT'),
    async kill() {
      await end('SIGKILL');
    },
    async [Symbol.asyncDispose]() {
      await end('SIGTERM');
    },
  };
}

/** Resolves when the summary is printed; fails with what was printed when the process ends before. */
async function ready(printed: () => string, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.then(() => (over = true));
  while (!printed().includes('Ctrl-C stops it')) {
    if (over) throw new Error(`polisgrid ended before it was ready:\n${printed()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
