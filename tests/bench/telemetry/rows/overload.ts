import { cpuMs, rssKb } from '../../machine.ts';
import { perSecond, round } from '../../row.ts';
import { createFleet } from '../fleet.ts';
import { throughPipeline, type Row } from '../row.ts';
import { startPipeline } from '../subjects.ts';

const TIMES = 2;
const LEAST = 0.8;
const MOST_MB = 512;
const WARM_UP_MS = 3_000;

export const overload: Row = {
  name: 'overload',
  about: `${TIMES} × what it can take, sent whether acknowledged or not; reference: its capacity`,
  aim: `≥ ${LEAST} × capacity, RSS < ${MOST_MB} MB, none lost`,
  async run({ devices, metrics, underWay, forMs, overloadMs }) {
    await using own = await startPipeline({ devices });
    using fleet = createFleet({ devices });
    await fleet.connect({ port: own.port, metrics });
    await throughPipeline(own, () => fleet.saturate({ forMs: WARM_UP_MS, underWay }));
    const capacity = (await throughPipeline(own, () => fleet.saturate({ forMs, underWay }))).perSecond;

    const before = await own.stored();
    const cpuBefore = await cpuMs(own.pid);
    const memory = watchMemory(own.pid);
    let load = { sent: 0, acknowledged: 0, heldBack: 0, open: 0 };
    const passed = await throughPipeline(
      own,
      async () => (load = await fleet.offer({ forMs: overloadMs, perSecond: TIMES * capacity })),
    );
    const mostMb = memory.stop();
    const cpu = ((await cpuMs(own.pid)) - cpuBefore) / passed.ms;
    // What was sent and not acknowledged may be stored as well.
    const lost = Math.max(0, load.acknowledged - ((await own.stored()) - before));
    const ratio = passed.perSecond / capacity;
    return {
      kept: ratio >= LEAST && mostMb < MOST_MB && lost === 0 && load.open === devices,
      measured: `${perSecond(passed.perSecond)}, ${Math.round(mostMb)} MB, ${lost} lost`,
      reference: `${perSecond(capacity)} capacity`,
      ratio: `${ratio.toFixed(2)} ×`,
      figures: {
        capacity: round(capacity, 0),
        ratio: round(ratio, 3),
        mostMb: round(mostMb, 0),
        cpu: round(cpu),
        lost,
        load,
        passed,
      },
    };
  },
};

const LOOK_EVERY_MS = 200;

function watchMemory(pid: number): { stop(): number } {
  let mostKb = 0;
  const timer = setInterval(() => void rssKb(pid).then((kb) => (mostKb = Math.max(mostKb, kb))), LOOK_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return mostKb / 1_024;
    },
  };
}
