import { untilQuiet } from '../machine.ts';
import { occupy, round, stand, type Row } from '../row.ts';
import { startBare, startPolisgrid } from '../subjects.ts';

const PER_SECOND = 2_000;
const MOST_P99_MS = 10;
const WARM_UP_MS = 4_000;

export const latency: Row = {
  name: 'latency',
  about: `99 of 100 answers at ${PER_SECOND.toLocaleString('en')} messages/s of the 1.6 mix, from when each was due`,
  aim: `< ${MOST_P99_MS} ms`,
  async run({ chargers, forMs }) {
    const window = { warmUpMs: WARM_UP_MS, forMs: forMs * 2, perSecond: PER_SECOND };
    const measured = [];
    for (const start of [startBare, () => startPolisgrid({ chargers })]) {
      await using one = await stand(start(), chargers);
      await occupy(one, 'ocpp1.6');
      await one.crowd.begin();
      await untilQuiet(one.subject.pid);
      measured.push(await one.crowd.pace(window));
    }
    const [bare, own] = measured;
    if (!bare || !own) throw new Error('Nothing was measured.');
    return {
      kept: own.p99Ms < MOST_P99_MS && own.failures.length === 0 && own.late === 0,
      measured: `${own.p99Ms.toFixed(1)} ms, ${own.late} late`,
      reference: `${bare.p99Ms.toFixed(1)} ms`,
      ratio: `${(own.p99Ms / bare.p99Ms).toFixed(1)} ×`,
      figures: {
        p50Ms: round(own.p50Ms),
        p99Ms: round(own.p99Ms),
        answered: own.answered,
        late: own.late,
        failures: own.failures,
        bare: { p50Ms: round(bare.p50Ms), p99Ms: round(bare.p99Ms) },
      },
    };
  },
};
