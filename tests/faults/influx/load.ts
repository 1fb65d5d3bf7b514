import { systemClock } from '#estate/clock.ts';
import type { Millis } from '#estate/units.ts';
import { ROOT } from '../devices/bed.ts';
import type { Wire } from '../devices/wire.ts';

/** What was acknowledged: for each device, its watts by time. */
export type Told = Map<string, Map<Millis, number>>;

export interface Load {
  /** Messages that were acknowledged, and those that were not. */
  told: Told;
  refused(): number;
  /** Resolves when all that was sent is acknowledged. */
  stop(): Promise<void>;
}

const TICK_MS = 10;

/**
 * Devices say so many messages a second with QoS 1, each with one value of its own, in turn. Each value of a device has a
 * time of its own.
 */
export function startLoad(
  wires: ReadonlyMap<string, Wire>,
  { site, perSecond }: { site: string; perSecond: number },
): Load {
  const told: Told = new Map([...wires.keys()].map((device) => [device, new Map()]));
  const devices = [...wires];
  const waiting = new Set<Promise<void>>();
  const startedAt = performance.now();
  let sent = 0;
  let refused = 0;
  let lastTs = 0;

  const say = async () => {
    const [device, wire] = devices[sent++ % devices.length] ?? [];
    if (device === undefined || !wire) return;
    const ts = (lastTs = Math.max(lastTs + 1, systemClock.now()));
    const watts = sent;
    const kept = await wire.say(`${ROOT}/${site}/data/${device}/${device}`, JSON.stringify({ ts, v: { W: watts } }));
    if (kept) told.get(device)?.set(ts, watts);
    else refused += 1;
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * perSecond) / 1_000;
    while (sent < due) {
      const saying = say().finally(() => waiting.delete(saying));
      waiting.add(saying);
    }
  }, TICK_MS);

  return {
    told,
    refused: () => refused,
    async stop() {
      clearInterval(timer);
      await Promise.all(waiting);
    },
  };
}

/** How many values were told. */
export function countOf(told: Told): number {
  return [...told.values()].reduce((sum, values) => sum + values.size, 0);
}
