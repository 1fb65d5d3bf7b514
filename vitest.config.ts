import { defineConfig } from 'vitest/config';
import { ClosingLine } from './tests/closing-line.ts';

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
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'platform',
          include: [PLATFORM],
          globalSetup: 'tests/servers/global-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Each file starts servers of its own, and what it waits for it waits for long: two at a time.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
