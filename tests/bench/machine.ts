import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

/** The machine of the bench: which cores are whose, and what a process costs. Needs Linux. */
const cores = availableParallelism();
/** The servers under test have this one core, one after another. */
const SERVER_CORE = '0';
/** The load, and the stores that are servers of their own, have the others. */
const OTHER_CORES = cores > 1 ? `1-${cores - 1}` : '0';

export const machine = `${cores} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.version}, Linux`;

export const isPinned = hasTaskset();

// A child inherits the cores of its parent.
pin(OTHER_CORES);

/** Starts a process on the one core of the servers under test; it must be spawned before `start` returns. */
export function onServerCore<Started>(start: () => Started): Started {
  pin(SERVER_CORE);
  try {
    return start();
  } finally {
    pin(OTHER_CORES);
  }
}

/** Moves a process that runs already to that core. */
export function moveToServerCore(pid: number): void {
  pin(SERVER_CORE, pid);
}

function pin(list: string, pid = process.pid): void {
  if (isPinned) execFileSync('taskset', ['-acp', list, String(pid)], { stdio: 'ignore' });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Resident memory, kB. */
export async function rssKb(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0);
}

const TICKS_A_SECOND = 100;

/** Processor time that a process has used, user and system, ms. */
export async function cpuMs(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold anything; utime and stime are the 14th and 15th field (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_A_SECOND;
}

/** Processor time that a process uses in a window from now, ms. */
export async function cpuMsDuring(pid: number, { warmUpMs, forMs }: { warmUpMs: number; forMs: number }) {
  await wait(warmUpMs);
  const before = await cpuMs(pid);
  await wait(forMs);
  return (await cpuMs(pid)) - before;
}

/** Waits until a process has nothing more to do; returns how long that took, ms. */
export async function untilQuiet(pid: number): Promise<number> {
  const beganAt = performance.now();
  const patienceMs = 60_000;
  for (;;) {
    const used = await cpuMsDuring(pid, { warmUpMs: 0, forMs: 500 });
    const waitedMs = performance.now() - beganAt;
    if (used < 50 || waitedMs > patienceMs) return waitedMs;
  }
}
