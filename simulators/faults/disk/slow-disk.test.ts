import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { slowDiskSwitch } from './switch.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'slow-disk-'))));
afterEach(() => rm(folder, { recursive: true }));

/** Commits on the main thread and in a worker whenever it is told to, and says how long each took, ms. */
const PROGRAM = `
  import { DatabaseSync } from 'node:sqlite';
  import { Worker, isMainThread, parentPort } from 'node:worker_threads';
  const db = new DatabaseSync(':memory:');
  const commit = () => {
    const from = performance.now();
    db.exec('BEGIN');
    db.exec('COMMIT');
    return performance.now() - from;
  };
  if (isMainThread) {
    const worker = new Worker(new URL(process.argv[1] ? 'file://' + process.argv[1] : import.meta.url));
    worker.on('message', (inWorker) => console.log(JSON.stringify([commit(), inWorker])));
    process.stdin.on('data', () => worker.postMessage('commit'));
    process.stdin.on('end', () => process.exit());
  } else parentPort.on('message', () => parentPort.postMessage(commit()));
`;

describe('a slow disk', () => {
  it('makes each commit longer in every thread, as long as it is told to while the program runs', async () => {
    const file = join(folder, 'program.mjs');
    await writeFile(file, PROGRAM);
    const disk = slowDiskSwitch(join(folder, 'delay'));
    const child = spawn(process.execPath, ['--import', disk.preload, file], {
      env: { ...process.env, ...disk.environment },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const took = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      child.stdin.write('x');
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      return JSON.parse(said.toString()) as [number, number];
    };
    const before = await took();
    disk.delayCommits(2_500);
    const slow = await took();
    disk.delayCommits(0);
    const after = await took();
    child.stdin.end();
    await once(child, 'exit');
    expect(Math.max(...before, ...after)).toBeLessThan(2_400);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(2_499);
  });
});
