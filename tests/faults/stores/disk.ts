import { setTimeout as wait } from 'node:timers/promises';
import { SECOND } from '#estate/units.ts';
import type { FaultOn } from '../fault-table.ts';
import { TRUE, type Bed, type DiskState } from './bed.ts';

/** How long the process stands still, and how long a disk takes nothing. */
const STALL_MS = 5 * SECOND;
const FULL_MS = 2 * SECOND;
/** While its first commit, of 5 s, is under way. */
const SLOW_MS = 3 * SECOND;
/** A slow disk looks each tenth of a second how slow it is. */
const NOTICED_MS = 150;

/** Sessions that end while the disk takes nothing: what is not stored is told again until it is. */
async function ontoDisk(bed: Bed, { state, lastsMs }: { state: DiskState; lastsMs: number }): Promise<string> {
  await bed.begin();
  bed.turnDisk(state);
  await wait(NOTICED_MS);
  bed.end();
  await wait(lastsMs);
  const waiting = bed.fleet.truth().flatMap(({ queued }) => queued);
  bed.turnDisk('fair');
  const told = await bed.account();
  // Who is turned down a few times drops what it says.
  const turnedDown = waiting.some(({ errors }) => errors > 0);
  return `${waiting.length > 0 ? NOT_CONFIRMED : 'all is confirmed'}${turnedDown ? ', but turned down' : ''}; ${told}`;
}

const NOT_CONFIRMED = 'what is not stored is not confirmed';

export const DISK_FAULTS: FaultOn<Bed>[] = [
  {
    name: 'disk full',
    observe: (bed) => ontoDisk(bed, { state: 'full', lastsMs: FULL_MS }),
    expected: `${NOT_CONFIRMED}; ${TRUE}`,
  },
  {
    name: 'read-only',
    observe: (bed) => ontoDisk(bed, { state: 'read-only', lastsMs: FULL_MS }),
    expected: `${NOT_CONFIRMED}; ${TRUE}`,
  },
  {
    name: 'fsync of 5 s',
    observe: (bed) => ontoDisk(bed, { state: 'slow', lastsMs: SLOW_MS }),
    expected: `${NOT_CONFIRMED}; ${TRUE}`,
  },
  {
    name: 'event loop stalled 5 s',
    async observe(bed) {
      await bed.begin();
      const { pid } = bed.polisgrid();
      process.kill(pid, 'SIGSTOP');
      try {
        bed.end();
        await wait(STALL_MS);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      return bed.account();
    },
    expected: TRUE,
  },
];
