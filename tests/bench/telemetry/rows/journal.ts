import { untilQuiet } from '../../machine.ts';
import { median, perSecond, round } from '../../row.ts';
import { createFleet } from '../fleet.ts';
import type { Row } from '../row.ts';
import { startRoom } from '../subjects.ts';

const LEAST = 0.8;
const WARM_UP_MS = 3_000;

export const journal: Row = {
  name: 'journal',
  about:
    'acknowledged after the journal, which is read again for the series store meanwhile; reference: the same without',
  aim: `≥ ${LEAST} × without`,
  async run({ devices, metrics, underWay, rounds, forMs }) {
    await using stack = new AsyncDisposableStack();
    const stand = async (kept: boolean) => {
      const room = stack.use(await startRoom({ devices, journal: kept }));
      const fleet = stack.use(createFleet({ devices }));
      await fleet.connect({ port: room.port, metrics });
      const rate = async (ms: number) => {
        await untilQuiet(room.pid);
        return ((await fleet.saturate({ forMs: ms, underWay })).acknowledged * 1_000) / ms;
      };
      await rate(WARM_UP_MS);
      return rate;
    };
    const [withIt, without] = [await stand(true), await stand(false)];
    const turns: { with: number; without: number }[] = [];
    for (let turn = 0; turn < rounds; turn++) {
      turns.push({ without: round(await without(forMs), 0), with: round(await withIt(forMs), 0) });
    }
    const [own, bare] = [median(turns.map((turn) => turn.with)), median(turns.map((turn) => turn.without))];
    return {
      kept: own / bare >= LEAST,
      measured: perSecond(own),
      reference: `${perSecond(bare)} without`,
      ratio: `${(own / bare).toFixed(2)} ×`,
      figures: { ratio: round(own / bare, 3), turns },
    };
  },
};
