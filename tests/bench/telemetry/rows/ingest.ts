import { cpuMs, untilQuiet } from '../../machine.ts';
import { median, perSecond, round } from '../../row.ts';
import type { Subject } from '../../subjects.ts';
import { createFleet, startSubscriber, type Fleet } from '../fleet.ts';
import { passage, throughPipeline, type Passage, type Row, type Size } from '../row.ts';
import { startMosquitto, startPipeline } from '../subjects.ts';

const LEAST = 0.5;
const WARM_UP_MS = 3_000;

/** A turn of one broker, with what it cost. */
interface Turn extends Passage {
  /** Share of one core that the broker used: below 1, something else was the limit. */
  cpu: number;
  /** Messages for each second of processor time: what a busy machine disturbs least. */
  perCoreSecond: number;
}

export const ingest: Row = {
  name: 'ingest',
  about: 'devices → broker → decode → journal → InfluxDB, QoS 1, until the last message is stored',
  aim: `≥ ${LEAST} × mosquitto`,
  async run(size) {
    await using own = await startPipeline(size);
    await using mosquitto = await startMosquitto();
    using ownFleet = await connected(own, size);
    using otherFleet = await connected(mosquitto, size);
    using subscriber = await startSubscriber({ port: mosquitto.port, filter: 'estate/v1/#', qos: 1 });
    const through = (forMs: number) => throughPipeline(own, () => ownFleet.saturate({ ...size, forMs }));
    const past = (forMs: number) =>
      passage(
        async () => (await otherFleet.saturate({ ...size, forMs })).acknowledged,
        () => subscriber.counted(),
      );
    await past(WARM_UP_MS);
    await through(WARM_UP_MS);
    const turns: { mosquitto: Turn; own: Turn }[] = [];
    for (let turn = 0; turn < size.rounds; turn++) {
      await untilQuiet(own.pid);
      turns.push({
        mosquitto: await costed(mosquitto, () => past(size.forMs)),
        own: await costed(own, () => through(size.forMs)),
      });
    }
    const rate = (of: 'mosquitto' | 'own', what: 'perSecond' | 'perCoreSecond') =>
      median(turns.map((turn) => turn[of][what]));
    const ratio = rate('own', 'perSecond') / rate('mosquitto', 'perSecond');
    const perCore = rate('own', 'perCoreSecond') / rate('mosquitto', 'perCoreSecond');
    return {
      kept: ratio >= LEAST,
      measured: perSecond(rate('own', 'perSecond')),
      reference: `${perSecond(rate('mosquitto', 'perSecond'))} mosquitto`,
      ratio: `${ratio.toFixed(2)} × (${perCore.toFixed(2)} × for the same processor time)`,
      figures: { ratio: round(ratio, 3), ratioPerCoreSecond: round(perCore, 3), turns },
    };
  },
};

async function connected({ port }: Subject, { devices, metrics }: Size): Promise<Fleet> {
  const fleet = createFleet({ devices });
  await fleet.connect({ port, metrics });
  return fleet;
}

async function costed({ pid }: Subject, run: () => Promise<Passage>): Promise<Turn> {
  const before = await cpuMs(pid);
  const passed = await run();
  const used = (await cpuMs(pid)) - before;
  return {
    messages: passed.messages,
    ms: round(passed.ms, 0),
    perSecond: round(passed.perSecond, 0),
    cpu: round(used / passed.ms),
    perCoreSecond: round((passed.messages * 1_000) / used, 0),
  };
}
