import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import { secureRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { slowDiskSwitch } from '../faults/disk/switch.ts';

/** An instance of polisgrid that a run starts for itself; its data are gone afterwards. */
export interface OwnInstance extends AsyncDisposable {
  api: string;
  key: string;
  /** Each of its commits takes so much longer, ms. */
  delayCommits: (delayMs: number) => void;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

const STOP_PATIENCE_MS = 10 * SECOND;

/**
 * Starts the program that runs now once more, as a platform on free ports of the loopback.
 *
 * @throws PolisError `unavailable` with what it printed when it does not start.
 */
export async function startOwnInstance(clock: Clock): Promise<OwnInstance> {
  const folder = await mkdtemp(join(tmpdir(), 'polisgrid-run-'));
  const key = secureRandom.text(40);
  const disk = slowDiskSwitch(join(folder, 'commit-delay'));
  const child = start(folder, {
    preload: disk.preload,
    environment: { ...disk.environment, POLISGRID_ADMIN_KEY: key },
  });
  const ended = once(child, 'exit');
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    child.kill('SIGTERM');
    const giveUp = clock.after(STOP_PATIENCE_MS, kill);
    await ended;
    giveUp();
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  const { api, printed } = await ready(child);
  if (api !== null) return { api, key, delayCommits: disk.delayCommits, [Symbol.asyncDispose]: stop };
  await stop();
  throw new PolisError('unavailable', `An instance for this run could not be started:\n${printed}`);
}

function start(
  folder: string,
  { preload, environment }: { preload: string; environment: Record<string, string> },
): Child {
  const [, program = ''] = process.argv;
  const flags = {
    data: join(folder, 'data'),
    log: join(folder, 'polisgrid.log'),
    demo: 'off',
    host: '127.0.0.1',
    'http-port': '0',
    'ocpp-port': '0',
    'mqtt-port': '0',
  };
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  return spawn(process.execPath, ['--import', preload, program, 'start', ...words], {
    // A Ctrl-C of the terminal reaches every process of its group; the run decides when its instance stops.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
}

/** Resolves once it says where it is, or has ended. */
function ready(child: Child): Promise<{ api: string | null; printed: string }> {
  let printed = '';
  return new Promise((resolve) => {
    const read = (data: Buffer) => {
      printed += data.toString();
      const [, api] = /^\s*console\s+(\S+)$/m.exec(printed) ?? [];
      if (api !== undefined && printed.includes('Ctrl-C stops it')) resolve({ api, printed });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => resolve({ api: null, printed: printed.trim() }));
  });
}
