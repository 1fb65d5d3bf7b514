import { setTimeout as wait } from 'node:timers/promises';
import { createCrowd } from '../crowd.ts';
import { cpuMsDuring, rssKb, untilQuiet } from '../machine.ts';
import { round, type Row } from '../row.ts';
import { startPolisgrid } from '../subjects.ts';

const FEW = 500;
const MANY = 10_000;
const PER_SECOND = 2_000;
const MOST_GROWTH = 1.15;
const SETTLE_MS = 10_000;
const WARM_UP_MS = 6_000;

/**
 * The same traffic from few and from many chargers; memory is that of the chargers of the first half, and of the second,
 * so that what a process grows by once counts for neither.
 */
export const growth: Row = {
  name: 'growth',
  about: `${FEW} to ${MANY.toLocaleString('en')} chargers: CPU per message, memory per charger`,
  aim: `≤ ${MOST_GROWTH} × each`,
  async run({ forMs }) {
    const window = { warmUpMs: WARM_UP_MS, forMs: forMs * 2 };
    await using own = await startPolisgrid({ chargers: MANY });
    using few = createCrowd({ chargers: FEW });
    using half = createCrowd({ chargers: MANY / 2 - FEW, first: FEW });
    using rest = createCrowd({ chargers: MANY / 2, first: MANY / 2 });
    const arrive = async (crowd: typeof few) => {
      const { failures } = await crowd.storm({ port: own.port, mix: 'ocpp1.6' });
      if (failures.length > 0) throw new Error(`${failures.length} chargers could not arrive: ${failures[0]}`);
      await crowd.begin();
    };
    /** Microseconds of processor time for a message. */
    const cost = async (crowds: (typeof few)[], shares: number[]) => {
      await untilQuiet(own.pid);
      const pace = (crowd: typeof few, index: number) =>
        crowd.pace({ ...window, perSecond: PER_SECOND * (shares[index] ?? 0) });
      const [used, ...results] = await Promise.all([cpuMsDuring(own.pid, window), ...crowds.map(pace)]);
      return (used * 1_000) / results.reduce((total, { answered }) => total + answered, 0);
    };
    const settled = async () => {
      await untilQuiet(own.pid);
      await wait(SETTLE_MS);
      return rssKb(own.pid);
    };
    await arrive(few);
    const fewUs = await cost([few], [1]);
    const atFewKb = await settled();
    await arrive(half);
    const atHalfKb = await settled();
    await arrive(rest);
    const atManyKb = await settled();
    const manyUs = await cost([few, half, rest], [FEW / MANY, 0.5 - FEW / MANY, 0.5]);

    const [firstKb, secondKb] = [(atHalfKb - atFewKb) / (MANY / 2 - FEW), (atManyKb - atHalfKb) / (MANY / 2)];
    const [cpu, memory] = [manyUs / fewUs, secondKb / firstKb];
    return {
      kept: cpu <= MOST_GROWTH && memory <= MOST_GROWTH,
      measured: `${cpu.toFixed(2)} × CPU, ${memory.toFixed(2)} × memory`,
      figures: {
        cpuUsPerMessage: { few: round(fewUs, 1), many: round(manyUs, 1) },
        kbPerCharger: { firstHalf: round(firstKb, 1), secondHalf: round(secondKb, 1) },
        rssMb: [atFewKb, atHalfKb, atManyKb].map((kb) => round(kb / 1_024, 0)),
      },
    };
  },
};
