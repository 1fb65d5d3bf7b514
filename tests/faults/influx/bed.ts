import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Millis } from '#estate/units.ts';
import { caughtUp } from '../../platform/caught-up.ts';
import { startProcess, type PolisgridProcess } from '../../platform/process.ts';
import { temporaryFolder } from '../../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../../servers/influx.ts';
import { openWire, type Wire } from '../devices/wire.ts';
import { startLoad, type Load, type Told } from './load.ts';
import { startProxy, type Proxy } from './proxy.ts';

export const SITE = 'barolo';
export const PER_SECOND = 1_000;
const SECRET = 'the-secret-of-every-device-of-this-test';
const METERS = Array.from({ length: 10 }, (_, n) => `meter-${n}`);
const DATABASE = 'faults';

/** What the platform says of itself. */
export interface Figures {
  journalled: number;
  written: number;
  dead: number;
  valuesRefused: number;
  rssMb: number;
}

/** polisgrid in a process of its own over InfluxDB, with a proxy between the two, and ten meters. */
export interface Bed extends AsyncDisposable {
  influx: InfluxServer;
  proxy: Proxy;
  polisgrid: PolisgridProcess;
  /** Registers a device and connects it. */
  device(id: string, type: string): Promise<Wire>;
  startLoad(): Load;
  figures(): Promise<Figures>;
  /** Resolves when all that is in the journal is in the series store. */
  caughtUp(patienceMs: number): Promise<void>;
  /** What InfluxDB has of the meters from an instant on, asked by a witness of its own. */
  stored(from: Millis): Promise<Told>;
}

export async function createBed(): Promise<Bed> {
  await using made = new AsyncDisposableStack();
  const influx = made.use(await startInflux());
  const proxy = made.use(await startProxy(influx.port));
  const data = made.use(await temporaryFolder()).path;
  const series = `influx://127.0.0.1:${proxy.port}/${DATABASE}`;
  const polisgrid = made.use(await startProcess({ data, flags: ['--demo', 'off', '--series', series] }));
  await polisgrid.admin.put(`/v1/sites/${SITE}`, { name: 'Barolo' });
  const open: Wire[] = [];
  made.defer(() => open.forEach((wire) => wire.cut()));
  const device = async (id: string, type: string) => {
    await polisgrid.admin.put(`/v1/devices/${id}`, { site: SITE, type, secret: SECRET });
    const wire = openWire({ port: Number(new URL(polisgrid.mqttUrl).port), user: id, password: SECRET });
    if ((await wire.connack) !== 0) throw new Error(`${id} was not let in.`);
    open.push(wire);
    return wire;
  };
  const wires = new Map<string, Wire>();
  for (const meter of METERS) wires.set(meter, await device(meter, 'grid-meter'));
  const figures = async (): Promise<Figures> => {
    const [{ body }, status] = await Promise.all([
      polisgrid.admin.get('/metrics'),
      readFile(`/proc/${polisgrid.pid}/status`, 'utf8'),
    ]);
    const figure = (name: string) =>
      Number(new RegExp(`^polisgrid_telemetry_${name}_total (\\d+)`, 'm').exec(String(body))?.[1]);
    const rssMb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    const [journalled, written, dead] = [figure('journalled'), figure('written'), figure('dead')];
    return { journalled, written, dead, valuesRefused: figure('values_refused'), rssMb };
  };
  const held = made.move();
  return {
    influx,
    proxy,
    polisgrid,
    device,
    startLoad: () => startLoad(wires, { site: SITE, perSecond: PER_SECOND }),
    figures,
    caughtUp: (patienceMs) => caughtUp(polisgrid.admin, patienceMs),
    stored: (from) => storedIn(influx, from),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

interface Answer {
  results: { series?: { tags: { device: string }; values: [Millis, number][] }[] }[];
}

async function storedIn(influx: InfluxServer, from: Millis): Promise<Told> {
  const asked = `SELECT "W" FROM "grid-meter" WHERE time >= ${from}ms GROUP BY "device"`;
  const { results } = (await influx.ask(DATABASE, asked)) as Answer;
  const series = results[0]?.series ?? [];
  return new Map(series.map(({ tags, values }) => [tags.device, new Map(values)]));
}

/**
 * Watches the platform while it catches up: how fast it was from the first write that was served, points/s, and the most
 * memory that it took, MB.
 *
 * @param written what it had written before.
 */
export async function watchCatchUp(
  bed: Bed,
  { written, patienceMs }: { written: number; patienceMs: number },
): Promise<{ pointsPerSecond: number; mostMb: number }> {
  const end = performance.now() + patienceMs;
  let mostMb = 0;
  for (;;) {
    const now = await bed.figures();
    mostMb = Math.max(mostMb, now.rssMb);
    const servedAt = bed.proxy.servedAt();
    // Less than a second of the load: that is the usual pause between batches.
    const isThere = now.journalled - now.written - now.dead < PER_SECOND;
    if (servedAt !== null && isThere) {
      return { pointsPerSecond: ((now.written - written) * 1_000) / (performance.now() - servedAt), mostMb };
    }
    if (performance.now() > end) throw new Error(`Not caught up after ${patienceMs} ms: ${JSON.stringify(now)}`);
    await wait(10);
  }
}
