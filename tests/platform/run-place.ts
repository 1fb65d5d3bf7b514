import { execFile } from 'node:child_process';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCommand, type StartedCommand } from './command.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder in which somebody runs simulations, with nothing in the environment that names an instance. */
export interface RunPlace extends AsyncDisposable {
  path: string;
  /** `polisgrid sim …`, in this folder. */
  start(...words: string[]): StartedCommand;
  sim(...words: string[]): Promise<{ code: number; text: string }>;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  has(file: string): Promise<boolean>;
  /** What runs from here left in the folder for temporary files. */
  leftovers(): Promise<string[]>;
}

export async function createRunPlace(): Promise<RunPlace> {
  const folder = await temporaryFolder();
  const { path } = folder;
  const temporary = join(path, 'tmp');
  await mkdir(temporary);
  const environment = { POLISGRID_ADMIN_KEY: undefined, POLISGRID_DATA: undefined, TMPDIR: temporary };
  const started: StartedCommand[] = [];
  const start = (...words: string[]) => {
    const command = startCommand(['sim', ...words], { folder: path, environment });
    started.push(command);
    return command;
  };
  return {
    path,
    start,
    sim: (...words) => start(...words).ended,
    write: (file, text) => writeFile(join(path, file), text),
    read: (file) => readFile(join(path, file), 'utf8'),
    has: (file) =>
      access(join(path, file)).then(
        () => true,
        () => false,
      ),
    leftovers: () => readdir(temporary),
    async [Symbol.asyncDispose]() {
      for (const command of started) command.signal('SIGTERM');
      await Promise.all(started.map(({ ended }) => ended));
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The processes that a process has started and that are still there. */
export async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('pgrep', ['-P', String(pid)]).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter(Boolean).map(Number);
}

export function isAtWork(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
