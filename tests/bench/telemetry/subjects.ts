import { startProcess } from '../../platform/process.ts';
import { temporaryFolder } from '../../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../../servers/influx.ts';
import { startMosquitto as startServer } from '../../servers/mosquitto.ts';
import { moveToServerCore, onServerCore } from '../machine.ts';
import { startScript, type Subject } from '../subjects.ts';
import { TYPE } from './load/orders.ts';
import { seed } from './seed.ts';

/** polisgrid with InfluxDB beside it. */
export interface Pipeline extends Subject {
  influx: InfluxServer;
  /** A count that it publishes, by its name in `/metrics`. */
  metric(name: string): Promise<number>;
  /** Messages of each device in InfluxDB, as it says itself. */
  stored(): Promise<number>;
}

export interface PolisgridOptions {
  devices: number;
  /** The URL of its series store. */
  series: string;
  /** Loaded before it (`node --import`). */
  preload?: { file: string; environment: Record<string, string> };
}

/** polisgrid as anyone starts it, with its real stores, and with devices that were registered before. */
export async function startPolisgrid({ devices, series, preload }: PolisgridOptions) {
  await using made = new AsyncDisposableStack();
  const data = made.use(await temporaryFolder()).path;
  await seed(data, { devices });
  const flags = ['--demo', 'off', '--log-level', 'error', '--series', series];
  const imports = [preload?.file, process.env['BENCH_PROFILE'] === undefined ? undefined : '../profile.ts'];
  const words = imports.flatMap((file) => (file ? [`--import ${new URL(file, import.meta.url).href}`] : []));
  const environment = { ...preload?.environment, NODE_OPTIONS: [process.env['NODE_OPTIONS'], ...words].join(' ') };
  const polisgrid = made.use(await onServerCore(() => startProcess({ data, flags, environment })));
  const held = made.move();
  return {
    port: Number(new URL(polisgrid.mqttUrl).port),
    pid: polisgrid.pid,
    async metric(name: string): Promise<number> {
      const { body } = await polisgrid.admin.get('/metrics');
      return Number(new RegExp(`^${name} (.+)$`, 'm').exec(String(body))?.[1] ?? NaN);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

export async function startPipeline({ devices }: { devices: number }): Promise<Pipeline> {
  await using made = new AsyncDisposableStack();
  const influx = made.use(await startInflux());
  const polisgrid = made.use(await startPolisgrid({ devices, series: influx.url(DATABASE) }));
  const held = made.move();
  return {
    ...polisgrid,
    influx,
    stored: () => storedIn(influx),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const DATABASE = 'bench';

async function storedIn(influx: InfluxServer): Promise<number> {
  const answer = (await influx.ask(DATABASE, `SELECT count("W") FROM "${TYPE}"`)) as {
    results: { series?: { values: [number, number][] }[] }[];
  };
  return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
}

/** mosquitto alone: it sheds nothing, keeps nothing on disk and lets everybody in. */
export async function startMosquitto(): Promise<Subject> {
  const mosquitto = await startServer({
    configuration: [
      'allow_anonymous true',
      'persistence false',
      'set_tcp_nodelay true',
      'max_inflight_messages 0',
      'max_queued_messages 0',
      'sys_interval 0',
      'log_type error',
    ],
  });
  moveToServerCore(mosquitto.pid);
  return { port: mosquitto.port, pid: mosquitto.pid, [Symbol.asyncDispose]: () => mosquitto[Symbol.asyncDispose]() };
}

/** aedes alone, which checks and keeps nothing. */
export function startAedes(): Promise<Subject> {
  return startScript(new URL('aedes-alone.ts', import.meta.url));
}

/** Telemetry over its real records, with a journal or without, and a series store that keeps nothing. */
export async function startRoom({ devices, journal }: { devices: number; journal: boolean }): Promise<Subject> {
  await using made = new AsyncDisposableStack();
  const data = made.use(await temporaryFolder()).path;
  await seed(data, { devices });
  const room = made.use(await startScript(new URL('room.ts', import.meta.url), [data, journal ? 'journal' : 'none']));
  const held = made.move();
  return { ...room, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
