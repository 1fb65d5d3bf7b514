import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '#estate/errors.ts';

const START_MS = 20_000;
const STOP_MS = 5_000;

/** None outlives the tests, however these end. */
const running = new Set<ChildProcess>();
process.once('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A real server, started for a test on a free port of the loopback, with its data in a temporary folder. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  /** Of the process that runs now; 0 when none does. */
  readonly pid: number;
  readonly folder: string;
  /** Ends it; its data stay. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again after `stop`, on the same port and data. */
  start(): Promise<void>;
  /** Holds a server of one process still, so that it accepts connections but answers nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
}

export interface ServerPlan {
  name: string;
  program: string;
  /** Written or made before the first start; returns the words of the command line. */
  prepare(place: { folder: string; port: number }): Promise<string[]>;
  /** Whether it answers; asked until it does. */
  answers(port: number): Promise<boolean>;
  /** Who it runs as; absent: who runs the tests. */
  user?: { uid: number; gid: number } | undefined;
  /** How it is asked to end; SIGTERM unless told. */
  stopSignal?: NodeJS.Signals;
}

/** Starts a server and waits until it answers. */
export async function startServer(plan: ServerPlan): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), `polisgrid-${plan.name}-`));
  if (plan.user) await chown(folder, plan.user.uid, plan.user.gid);
  const port = await freePort();
  const words = await plan.prepare({ folder, port });
  let child: ChildProcess | null = null;
  let said = '';

  const stop = async (signal: NodeJS.Signals = plan.stopSignal ?? 'SIGTERM') => {
    const ending = child;
    child = null;
    if (!ending || !running.has(ending)) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGCONT');
    ending.kill(signal);
    const late = setTimeout(() => ending.kill('SIGKILL'), STOP_MS);
    await ended;
    clearTimeout(late);
  };
  const start = async () => {
    const started = spawn(plan.program, words, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], ...plan.user });
    child = started;
    const hear = (text: Buffer) => (said = (said + text.toString()).slice(-4_000));
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    started.on('error', (error) => (said += messageOf(error)));
    running.add(started);
    started.once('exit', () => running.delete(started));
    const until = Date.now() + START_MS;
    while (!(await plan.answers(port).catch(() => false))) {
      if (started.exitCode !== null || Date.now() > until) throw new Error(`${plan.name} did not start:\n${said}`);
      await wait(50);
    }
  };
  await start();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    folder,
    start,
    stop,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port of the loopback that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Whether something listens on a port of the loopback. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } finally {
    socket.destroy();
  }
}
