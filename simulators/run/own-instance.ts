import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PolisError } from '#estate/errors.ts';
import { secureRandom } from '#estate/random.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import { slowDiskSwitch } from '../faults/disk/switch.ts';

/** An instance of polisgrid that a run starts for itself; its data are gone afterwards. */
export interface OwnInstance extends AsyncDisposable {
  api: string;
  key: string;
  /** Each of its commits takes so much longer, ms. */
  delayCommits: (delayMs: number) => void;
}

/** When its time begins, and how many times as fast as real time it passes. */
export interface SimulatedTime {
  startMs: Millis;
  speed: number;
}

const ENDS_WITH_RUN = fileURLToPath(new URL('./ends-with-run.preload.ts', import.meta.url));

/**
 * Starts the program that runs now once more, as a platform on free ports of the loopback. It ends when this process
 * does, be it killed.
 *
 * @param options.time in which it lives; absent: in the real time
 * @throws PolisError `unavailable` with what it printed when it does not start, `conflict` when that is broken off.
 */
export async function startOwnInstance({
  time,
  signal,
}: {
  time?: SimulatedTime | undefined;
  signal: AbortSignal;
}): Promise<OwnInstance> {
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-run-'));
  const key = secureRandom.text(40);
  const disk = slowDiskSwitch(join(folder, 'commit-delay'));
  const child = start(folder, {
    time,
    preloads: [ENDS_WITH_RUN, disk.preload],
    environment: { ...disk.environment, POLISGRID_ADMIN_KEY: key, POLISGRID_SIM_RUN_FOLDER: folder },
  });
  const ended = new Promise<void>((resolve) => {
    // What could not even be started never ends.
    for (const name of ['exit', 'error'] as const) child.once(name, () => resolve());
  });
  const kill = () => void child.kill('SIGKILL');
  const leaveNothing = () => {
    kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', leaveNothing);
  // What it holds is gone with its folder: there is nothing for which it should stop in order.
  const stop = async () => {
    kill();
    await ended;
    process.off('exit', leaveNothing);
    await rm(folder, { recursive: true, force: true });
  };
  signal.addEventListener('abort', kill);
  const { api, printed } = await ready(child);
  signal.removeEventListener('abort', kill);
  if (api !== null && !signal.aborted)
    return { api, key, delayCommits: disk.delayCommits, [Symbol.asyncDispose]: stop };
  await stop();
  if (signal.aborted) throw new PolisError('conflict', 'The run was stopped before its instance was there.');
  throw new PolisError('unavailable', `An instance for this run could not be started:\n${printed}`);
}

function start(
  folder: string,
  {
    preloads,
    environment,
    time,
  }: { preloads: string[]; environment: Record<string, string>; time: SimulatedTime | undefined },
): ChildProcess {
  const [, program = ''] = process.argv;
  const flags = {
    data: join(folder, 'data'),
    log: join(folder, 'polisgrid.log'),
    demo: 'off',
    host: '127.0.0.1',
    'http-port': '0',
    'ocpp-port': '0',
    'mqtt-port': '0',
    // A scenario may lie longer ago than measurements are usually kept.
    'keep-raw-days': '0',
    ...(time ? { 'simulated-time': `${isoTime(time.startMs)} x${time.speed}` } : {}),
  };
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const imports = preloads.flatMap((file) => ['--import', file]);
  return spawn(process.execPath, [...imports, program, 'start', ...words], {
    // A Ctrl-C of the terminal reaches every process of its group; the run decides when its instance stops.
    detached: true,
    // Nothing is said over the channel: that it closes tells the instance that the run is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...environment },
  });
}

/** Resolves once it says where it is, or has ended. */
function ready(child: ChildProcess): Promise<{ api: string | null; printed: string }> {
  const streams = [child.stdout, child.stderr];
  let printed = '';
  return new Promise((resolve) => {
    const read = (data: Buffer) => {
      printed += data.toString();
      const [, api] = /^\s*console\s+(\S+)$/m.exec(printed) ?? [];
      if (api === undefined || !printed.includes('Ctrl-C stops it')) return;
      // What it prints from now on is read by nobody, but must not fill the pipe.
      for (const stream of streams) stream?.off('data', read).resume();
      resolve({ api, printed });
    };
    for (const stream of streams) stream?.on('data', read);
    child.once('exit', () => resolve({ api: null, printed: printed.trim() }));
    child.once('error', ({ message }) => resolve({ api: null, printed: message }));
  });
}
