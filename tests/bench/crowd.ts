import { startLoadProcesses } from './load-processes.ts';
import type { MixName } from './load/mix.ts';
import type { Orders, SaturationReport, Window } from './load/orders.ts';

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
  const file = new URL('load/process.ts', import.meta.url);
  const members = startLoadProcesses<Orders>(file, { clients: chargers, processes, first });

  return {
    async storm({ port, mix }) {
      const reports = await members.tellAll('storm', (share) => ({ port, mix, ...share }));
      const beganAt = Math.min(...reports.map((report) => report.beganAt));
      const endedAt = Math.max(...reports.map((report) => report.endedAt));
      return { ms: endedAt - beganAt, failures: reports.flatMap(({ failures }) => failures) };
    },
    async begin() {
      const failures = (await members.tellAll('begin', () => ({}))).flatMap((report) => report.failures);
      if (failures.length > 0) throw new Error(`Transactions could not begin: ${failures.join('; ')}`);
    },
    async saturate(window) {
      return merged(await members.tellAll('saturate', () => window));
    },
    async pace({ perSecond, ...window }) {
      const reports = await members.tellAll('pace', () => ({ ...window, perSecond: perSecond / members.count }));
      const latencies = Float64Array.from(reports.flatMap(({ latenciesMs }) => latenciesMs)).toSorted();
      const quantile = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Infinity;
      const late = reports.reduce((total, report) => total + report.late, 0);
      return { ...merged(reports), late, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
    },
    async abuse(order) {
      const [report] = await members.tellAll('abuse', () => order);
      return report ?? { sent: 0, closedAfterMs: null, code: null };
    },
    async leave() {
      await members.tellAll('leave', () => ({}));
    },
    [Symbol.dispose]: () => members[Symbol.dispose](),
  };
}

export interface CrowdSize {
  chargers: number;
  processes?: number;
  first?: number;
}

function merged(reports: readonly SaturationReport[]): SaturationReport {
  return {
    answered: reports.reduce((total, report) => total + report.answered, 0),
    failures: reports.flatMap(({ failures }) => failures),
    open: reports.reduce((total, report) => total + report.open, 0),
  };
}
