import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { onServerCore } from './machine.ts';
import { seed, type Seed } from './seed.ts';

/** A server under test. */
export interface Subject extends AsyncDisposable {
  port: number;
  pid: number;
}

/** The limit to compare with. */
export function startBare(): Promise<Subject> {
  return startScript(new URL('bare-server.ts', import.meta.url));
}

/** A server of one script, which tells its port once it listens. */
export async function startScript(file: URL, words: readonly string[] = []): Promise<Subject> {
  const child = onServerCore(() => fork(fileURLToPath(file), words));
  const ended = once(child, 'exit');
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

export interface PolisgridOptions extends Seed {
  /** `postgres://…`; absent: SQLite. */
  records?: string;
  /** Milliseconds that each commit to SQLite takes longer. */
  commitDelayMs?: number;
  /** The data folder, with what it holds; absent: a new one that is gone afterwards. */
  data?: string;
}

/** polisgrid as anyone starts it, with its real stores, and with chargers that were registered before. */
export async function startPolisgrid(options: PolisgridOptions): Promise<Subject> {
  await using made = new AsyncDisposableStack();
  const data = options.data ?? made.use(await temporaryFolder()).path;
  const records = options.records ?? 'sqlite';
  if (options.data === undefined) await seed({ data, records }, options);
  const polisgrid = await onServerCore(() =>
    startProcess({
      data,
      flags: ['--demo', 'off', '--log-level', 'error', '--records', records],
      environment: environmentOf(options.commitDelayMs),
    }),
  );
  made.use(polisgrid);
  const held = made.move();
  return {
    port: Number(new URL(polisgrid.ocppUrl).port),
    pid: polisgrid.pid,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Slow commits and profiles are no settings of polisgrid's: they are put into its process from outside. */
function environmentOf(commitDelayMs: number | undefined): Record<string, string> {
  const preload = (file: string) => `--import ${new URL(file, import.meta.url).href}`;
  return {
    NODE_OPTIONS: [
      process.env['NODE_OPTIONS'] ?? '',
      ...(commitDelayMs === undefined ? [] : [preload('slow-commits.ts')]),
      ...(process.env['BENCH_PROFILE'] === undefined ? [] : [preload('profile.ts')]),
    ].join(' '),
    BENCH_COMMIT_DELAY_MS: String(commitDelayMs ?? 0),
  };
}
