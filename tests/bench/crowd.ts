import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MixName } from './load/mix.ts';
import type { OrderName, Orders, SaturationReport, Window } from './load/orders.ts';

/** Chargers in several processes, which take orders together. */
export interface Crowd extends Disposable {
  /** Resolves with the milliseconds from the first connection to the last answer. */
  storm(place: { port: number; mix: MixName }): Promise<{ ms: number; failures: string[] }>;
  begin(): Promise<void>;
  saturate(window: Window): Promise<SaturationReport>;
  pace(window: Window & { perSecond: number }): Promise<PaceResult>;
  abuse(order: Orders['abuse']['order']): Promise<Orders['abuse']['report']>;
  leave(): Promise<void>;
}

export interface PaceResult extends SaturationReport {
  late: number;
  p50Ms: number;
  p99Ms: number;
}

/** @param first index of the first charger: crowds that stand at one time have chargers of their own. */
export function createCrowd({ chargers, processes = 2, first = 0 }: CrowdSize): Crowd {
  const members = Array.from({ length: Math.min(processes, chargers) }, (_, member) => {
    const share = (index: number) => Math.floor((chargers * index) / Math.min(processes, chargers));
    return { child: startMember(), first: first + share(member), count: share(member + 1) - share(member) };
  });
  const all = <Name extends OrderName>(name: Name, orderOf: (member: Member, of: number) => Orders[Name]['order']) =>
    Promise.all(members.map((member) => tell(member.child, name, orderOf(member, members.length))));

  return {
    async storm({ port, mix }) {
      const reports = await all('storm', ({ first: from, count }) => ({ port, mix, first: from, count }));
      const beganAt = Math.min(...reports.map((report) => report.beganAt));
      const endedAt = Math.max(...reports.map((report) => report.endedAt));
      return { ms: endedAt - beganAt, failures: reports.flatMap(({ failures }) => failures) };
    },
    async begin() {
      const failures = (await all('begin', () => ({}))).flatMap((report) => report.failures);
      if (failures.length > 0) throw new Error(`Transactions could not begin: ${failures.join('; ')}`);
    },
    async saturate(window) {
      return merged(await all('saturate', () => window));
    },
    async pace({ perSecond, ...window }) {
      const reports = await all('pace', (_, of) => ({ ...window, perSecond: perSecond / of }));
      const latencies = Float64Array.from(reports.flatMap(({ latenciesMs }) => latenciesMs)).toSorted();
      const quantile = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Infinity;
      const late = reports.reduce((total, report) => total + report.late, 0);
      return { ...merged(reports), late, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
    },
    async abuse(order) {
      const [report] = await all('abuse', () => order);
      return report ?? { sent: 0, closedAfterMs: null, code: null };
    },
    async leave() {
      await all('leave', () => ({}));
    },
    [Symbol.dispose]: () => members.forEach(({ child }) => child.kill()),
  };
}

export interface CrowdSize {
  chargers: number;
  processes?: number;
  first?: number;
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

function merged(reports: readonly SaturationReport[]): SaturationReport {
  return {
    answered: reports.reduce((total, report) => total + report.answered, 0),
    failures: reports.flatMap(({ failures }) => failures),
    open: reports.reduce((total, report) => total + report.open, 0),
  };
}
