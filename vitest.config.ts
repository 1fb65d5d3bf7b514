import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './tests/closing-line.ts';

/** What is polled for comes about at once, but a busy machine may look away for a while. */
const expect = { poll: { timeout: 15_000 } };
const PLATFORM = 'tests/{stories,faults,contract,browser}/**/*.test.ts';

/** `unit` needs nothing installed; `platform` starts the whole of polisgrid and the real servers beside it. */
export default defineConfig({
  test: {
    reporters: ['default', new ClosingLine()],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['**/node_modules/**', PLATFORM],
          // No module of ours keeps state, so files may share a worker: a quarter of the time less.
          isolate: false,
          testTimeout: 90_000,
          hookTimeout: 60_000,
          expect,
        },
      },
      {
        test: {
          name: 'platform',
          include: [PLATFORM],
          globalSetup: 'tests/servers/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect,
          // Each file starts servers of its own beside it, and waits for them more than it works.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
