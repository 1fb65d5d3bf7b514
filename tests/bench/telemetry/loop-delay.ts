import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before polisgrid (`node --import`): how late its event loop comes round, in its main thread. Of each delay, what
 * the thread waited for a processor (the second number of schedstat, Linux) is told apart: that is the machine's, or that
 * of other threads on the same core. Written to a file when the process is asked by SIGUSR2.
 */
const EVERY_MS = 5;
const NS_A_MS = 1e6;

if (isMainThread && process.env['BENCH_LOOP_DELAY'] !== undefined) watch(process.env['BENCH_LOOP_DELAY']);

function watch(file: string): void {
  const queuedMs = () => Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 2)[1]) / NS_A_MS;
  let delays: { ms: number; ownMs: number }[] = [];
  let [at, queued] = [performance.now(), queuedMs()];
  setInterval(() => {
    const [now, queuedNow] = [performance.now(), queuedMs()];
    const ms = Math.max(0, now - at - EVERY_MS);
    delays.push({ ms, ownMs: Math.max(0, ms - (queuedNow - queued)) });
    [at, queued] = [now, queuedNow];
  }, EVERY_MS).unref();
  process.on('SIGUSR2', () => {
    writeFileSync(file, JSON.stringify(delays));
    delays = [];
    [at, queued] = [performance.now(), queuedMs()];
  });
}
