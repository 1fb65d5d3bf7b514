import { rmSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Loaded before polisgrid (`node --import`) in the instance that a run starts for itself: when the process of the run is
 * gone, however it ended, the channel to it closes, and the instance and its folder go, too. So the product needs no
 * switch for it.
 */
function end(): void {
  const folder = process.env['POLISGRID_SIM_RUN_FOLDER'];
  try {
    // There is nobody left whom a failure could be told.
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  } finally {
    // Its data are gone: there is nothing for which it should stop in order.
    process.kill(process.pid, 'SIGKILL');
  }
}

if (isMainThread) {
  if (process.connected) process.once('disconnect', end);
  else end();
}
