import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadReport, OrderName, Orders } from './load/orders.ts';

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

export function createFleet({ devices, processes = 2 }: { devices: number; processes?: number }): Fleet {
  const members = Array.from(
    { length: Math.min(processes, devices) },
    (_, member, of = Math.min(processes, devices)) => {
      const share = (index: number) => Math.floor((devices * index) / of);
      return { child: startMember(), first: share(member), count: share(member + 1) - share(member) };
    },
  );
  const all = <Name extends OrderName>(name: Name, orderOf: (member: Member) => Orders[Name]['order']) =>
    Promise.all(members.map((member) => tell(member.child, name, orderOf(member))));

  return {
    async connect({ port, metrics }) {
      const reports = await all('connect', ({ first, count }) => ({ port, metrics, first, count }));
      const failures = reports.flatMap((report) => report.failures);
      if (failures.length > 0) throw new Error(`Devices could not connect: ${failures.join('; ')}`);
    },
    saturate: async (order) => merged(await all('saturate', () => order)),
    offer: async ({ forMs, perSecond }) =>
      merged(await all('offer', ({ count }) => ({ forMs, perSecond: (perSecond * count) / devices }))),
    [Symbol.dispose]: () => members.forEach(({ child }) => child.kill()),
  };
}

export async function startSubscriber(order: Orders['subscribe']['order']): Promise<Subscriber> {
  const child = startMember();
  await tell(child, 'subscribe', order);
  return {
    counted: async () => (await tell(child, 'counted', {})).count,
    [Symbol.dispose]: () => void child.kill(),
  };
}

interface Member {
  child: ChildProcess;
  first: number;
  count: number;
}

function startMember(): ChildProcess {
  return fork(fileURLToPath(new URL('load/process.ts', import.meta.url)));
}

async function tell<Name extends OrderName>(child: ChildProcess, name: Name, order: Orders[Name]['order']) {
  const reported = once(child, 'message');
  child.send({ name, order });
  const [report] = (await reported) as [Orders[Name]['report']];
  return report;
}

function merged(reports: readonly LoadReport[]): LoadReport {
  const sum = (of: keyof LoadReport) => reports.reduce((total, report) => total + report[of], 0);
  return { sent: sum('sent'), acknowledged: sum('acknowledged'), heldBack: sum('heldBack'), open: sum('open') };
}
