import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';

/**
 * Loaded before polisgrid (`node --import`), in each of its threads: leaves a CPU profile of each in a folder, to be
 * opened with the browser's developer tools.
 */
const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: 500 });
session.post('Profiler.start');
process.once('exit', () =>
  session.post('Profiler.stop', (_, { profile }) => {
    const file = `${process.pid}-thread-${threadId}.cpuprofile`;
    writeFileSync(join(process.env['BENCH_PROFILE'] ?? '.', file), JSON.stringify(profile));
  }),
);
