import { MINUTE, SECOND } from '#estate/units.ts';
import { crank } from '../../platform/crank.ts';
import { TRUE, type Bed, type Fault } from './bed.ts';

/** Sessions that begin, run for a while and end under a condition that lets everything pass in the end. */
async function charged(bed: Bed, conditions: Parameters<Bed['impose']>[0]): Promise<string> {
  const end = bed.impose(conditions);
  await bed.begin();
  await crank(bed.clock, MINUTE, SECOND);
  bed.end();
  const kept = bed.fleet.truth().every(({ isOnline }) => isOnline);
  await crank(bed.clock, MINUTE, SECOND);
  end();
  return `${kept ? 'nobody is cut off' : 'somebody is cut off'}; ${await bed.account()}`;
}

/** Sessions during which something befalls the network, and that end when it is over. */
async function during(bed: Bed, befalls: () => Promise<void>): Promise<string> {
  await bed.begin();
  await befalls();
  await crank(bed.clock, 30 * SECOND, SECOND);
  bed.end();
  return bed.account();
}

/** Bytes from a charger after which its new connection is reset: inside its handshake, its boot, and what it says next. */
const RESET_AFTER = [120, 340, 420, 470, 530, 640, 810, 1_100, 1_500];

export const LINK_FAULTS: Fault[] = [
  {
    name: 'latency of 2 s, and up to 1 s of jitter',
    observe: (bed) => charged(bed, { latencyMs: 2 * SECOND, jitterMs: SECOND }),
    expected: `nobody is cut off; ${TRUE}`,
  },
  {
    name: '1 kB/s each way',
    observe: (bed) => charged(bed, { bytesPerS: 1_000 }),
    expected: `nobody is cut off; ${TRUE}`,
  },
  {
    name: 'half-open for ten minutes',
    observe: (bed) =>
      during(bed, async () => {
        const end = bed.impose({ halfOpen: true });
        await crank(bed.clock, 10 * MINUTE);
        end();
      }),
    expected: TRUE,
  },
  {
    name: `reset in the middle of a frame, at ${RESET_AFTER.length} places`,
    observe: (bed) =>
      during(bed, async () => {
        for (const resetAfterBytes of RESET_AFTER) {
          const end = bed.impose({ resetAfterBytes });
          bed.reset();
          await crank(bed.clock, 10 * SECOND, SECOND);
          end();
        }
      }),
    expected: TRUE,
  },
  {
    name: 'flapping each second for a minute',
    observe: (bed) =>
      during(bed, async () => {
        for (let s = 0; s < 60; s++) {
          const up = bed.impose({ down: true });
          await crank(bed.clock, SECOND / 2, SECOND / 2);
          up();
          await crank(bed.clock, SECOND / 2, SECOND / 2);
        }
      }),
    expected: TRUE,
  },
];
