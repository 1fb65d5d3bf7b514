import { setTimeout as wait } from 'node:timers/promises';
import { rssKb, untilQuiet } from '../../machine.ts';
import { round } from '../../row.ts';
import { createFleet } from '../fleet.ts';
import type { Row } from '../row.ts';
import { startAedes, startMosquitto, startPolisgrid } from '../subjects.ts';

const MOST_KB = 25;
const CONNECTIONS = 5_000;
const SETTLE_MS = 15_000;

export const memory: Row = {
  name: 'memory',
  about: `resident memory for each of ${CONNECTIONS.toLocaleString('en')} connections that are idle; reference: aedes alone`,
  aim: `≤ ${MOST_KB} kB`,
  async run({ metrics }) {
    const perConnection = async (start: () => ReturnType<typeof startAedes>) => {
      await using subject = await start();
      using fleet = createFleet({ devices: CONNECTIONS });
      await untilQuiet(subject.pid);
      const beforeKb = await rssKb(subject.pid);
      await fleet.connect({ port: subject.port, metrics });
      await untilQuiet(subject.pid);
      await wait(SETTLE_MS);
      return round(((await rssKb(subject.pid)) - beforeKb) / CONNECTIONS, 1);
    };
    const own = await perConnection(() => startPolisgrid({ devices: CONNECTIONS, series: 'duckdb' }));
    const aedes = await perConnection(startAedes);
    const mosquitto = await perConnection(startMosquitto);
    return {
      kept: own <= MOST_KB,
      measured: `${own} kB`,
      reference: `${aedes} kB aedes`,
      ratio: `${(own / aedes).toFixed(1)} ×`,
      figures: { ownKb: own, aedesKb: aedes, mosquittoKb: mosquitto },
    };
  },
};
