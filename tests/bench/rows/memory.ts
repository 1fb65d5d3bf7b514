import { setTimeout as wait } from 'node:timers/promises';
import { rssKb, untilQuiet } from '../machine.ts';
import { occupy, round, stand, type Row } from '../row.ts';
import { startBare, startPolisgrid } from '../subjects.ts';

const MOST_KB = 45;
const SETTLE_MS = 15_000;

export const memory: Row = {
  name: 'memory',
  about: 'resident memory for each charger that is connected, booted and idle',
  aim: `≤ ${MOST_KB} kB`,
  async run({ chargers }) {
    const measured = [];
    for (const start of [startBare, () => startPolisgrid({ chargers })]) {
      await using one = await stand(start(), chargers);
      await untilQuiet(one.subject.pid);
      const beforeKb = await rssKb(one.subject.pid);
      await occupy(one, 'ocpp1.6');
      await untilQuiet(one.subject.pid);
      await wait(SETTLE_MS);
      const afterKb = await rssKb(one.subject.pid);
      measured.push({ beforeKb, afterKb, perChargerKb: round((afterKb - beforeKb) / chargers, 1) });
    }
    const [bare, own] = measured;
    if (!bare || !own) throw new Error('Nothing was measured.');
    return {
      kept: own.perChargerKb <= MOST_KB,
      measured: `${own.perChargerKb} kB`,
      reference: `${bare.perChargerKb} kB`,
      ratio: `${(own.perChargerKb / bare.perChargerKb).toFixed(1)} ×`,
      figures: { own, bare },
    };
  },
};
