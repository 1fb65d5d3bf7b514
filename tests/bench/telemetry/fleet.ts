import { startLoadProcess, startLoadProcesses } from '../load-processes.ts';
import type { LoadReport, Orders } from './load/orders.ts';

/** Devices in several processes, which take orders together. */
export interface Fleet extends Disposable {
  connect(place: { port: number; metrics: number }): Promise<void>;
  saturate(order: Orders['saturate']['order']): Promise<LoadReport>;
  offer(order: Orders['offer']['order']): Promise<LoadReport>;
}

/** A subscriber that only counts, in a process of its own. */
export interface Subscriber extends Disposable {
  counted(): Promise<number>;
}

const LOAD = new URL('load/process.ts', import.meta.url);

export function createFleet({ devices, processes = 2 }: { devices: number; processes?: number }): Fleet {
  const members = startLoadProcesses<Orders>(LOAD, { clients: devices, processes });
  return {
    async connect({ port, metrics }) {
      const reports = await members.tellAll('connect', (share) => ({ port, metrics, ...share }));
      const failures = reports.flatMap((report) => report.failures);
      if (failures.length > 0) throw new Error(`Devices could not connect: ${failures.join('; ')}`);
    },
    saturate: async (order) => merged(await members.tellAll('saturate', () => order)),
    offer: async ({ forMs, perSecond }) =>
      merged(await members.tellAll('offer', ({ count }) => ({ forMs, perSecond: (perSecond * count) / devices }))),
    [Symbol.dispose]: () => members[Symbol.dispose](),
  };
}

export async function startSubscriber(order: Orders['subscribe']['order']): Promise<Subscriber> {
  const own = startLoadProcess<Orders>(LOAD);
  await own.tell('subscribe', order);
  return {
    counted: async () => (await own.tell('counted', {})).count,
    [Symbol.dispose]: () => own[Symbol.dispose](),
  };
}

function merged(reports: readonly LoadReport[]): LoadReport {
  const sum = (of: keyof LoadReport) => reports.reduce((total, report) => total + report[of], 0);
  return { sent: sum('sent'), acknowledged: sum('acknowledged'), heldBack: sum('heldBack'), open: sum('open') };
}
