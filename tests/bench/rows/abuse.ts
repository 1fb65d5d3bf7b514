import { createCrowd } from '../crowd.ts';
import { untilQuiet } from '../machine.ts';
import { occupy, round, seconds, stand, type Row } from '../row.ts';
import { startPolisgrid } from '../subjects.ts';

const PER_SECOND = 2_000;
const ABUSIVE_PER_SECOND = 20_000;
const MOST_SECONDS = 2;
const MOST_P99 = 1.5;
const WARM_UP_MS = 4_000;

export const abuse: Row = {
  name: 'abuse',
  about: `one charger sends ${ABUSIVE_PER_SECOND.toLocaleString('en')} messages/s beside ${PER_SECOND.toLocaleString('en')} of the others`,
  aim: `closed in ≤ ${MOST_SECONDS} s, the others' p99 ≤ ${MOST_P99} ×`,
  async run({ chargers, forMs }) {
    await using own = await stand(startPolisgrid({ chargers: chargers + 1 }), chargers);
    await occupy(own, 'ocpp1.6');
    await own.crowd.begin();
    await untilQuiet(own.subject.pid);
    const quiet = await own.crowd.pace({ warmUpMs: WARM_UP_MS, forMs, perSecond: PER_SECOND });

    using abuser = createCrowd({ chargers: 1, first: chargers });
    await abuser.storm({ port: own.subject.port, mix: 'ocpp1.6' });
    // It begins together with the window, which is no longer than the abuse is allowed to be.
    const [beside, thrown] = await Promise.all([
      own.crowd.pace({ warmUpMs: 0, forMs: MOST_SECONDS * 1_000, perSecond: PER_SECOND }),
      abuser.abuse({ perSecond: ABUSIVE_PER_SECOND, forMs: 10_000 }),
    ]);
    const ratio = beside.p99Ms / quiet.p99Ms;
    const closed = thrown.closedAfterMs !== null && thrown.closedAfterMs <= MOST_SECONDS * 1_000;
    return {
      kept: closed && ratio <= MOST_P99,
      measured: `${thrown.closedAfterMs === null ? 'not closed' : `closed in ${seconds(thrown.closedAfterMs)}`}, p99 ${beside.p99Ms.toFixed(1)} ms`,
      reference: `${quiet.p99Ms.toFixed(1)} ms without`,
      ratio: `${ratio.toFixed(2)} ×`,
      figures: {
        p99Ms: { without: round(quiet.p99Ms), beside: round(beside.p99Ms) },
        abuser: thrown,
        late: beside.late,
      },
    };
  },
};
