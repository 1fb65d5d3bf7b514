import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How an instance must be started so that its commits can be slowed down while it runs. */
export interface SlowDiskSwitch {
  /** Loaded by `node --import` before anything else, and the environment that it reads. */
  preload: string;
  environment: Record<string, string>;
  /** Each commit takes so much longer, from a tenth of a second after now on; 0: none. */
  delayCommits: (delayMs: number) => void;
}

/** @param file through which the instance is told; it need not be there yet. */
export function slowDiskSwitch(file: string): SlowDiskSwitch {
  return {
    preload: fileURLToPath(new URL('./slow-disk.preload.ts', import.meta.url)),
    environment: { POLISGRID_SIM_COMMIT_DELAY_FILE: file },
    delayCommits: (delayMs) => writeFileSync(file, String(delayMs)),
  };
}
