import type { MixName } from './mix.ts';

/** What a load process is told to do, one thing at a time, and what it answers with. */
export interface Orders {
  /** All chargers arrive at once: TCP, WebSocket, Basic, Boot, Status. */
  storm: { order: { port: number; first: number; count: number; mix: MixName }; report: StormReport };
  /** Each charger begins its transaction. */
  begin: { order: object; report: { failures: string[] } };
  /** Each charger sends its next call as soon as the last is answered. */
  saturate: { order: Window; report: SaturationReport };
  /** Calls are sent at a steady rate, whether answers come or not; times count from when a call was due. */
  pace: { order: Window & { perSecond: number }; report: PaceReport };
  /** One charger that arrived sends as fast as it is told to, until it is thrown out. */
  abuse: { order: { perSecond: number; forMs: number }; report: AbuseReport };
  /** All chargers leave. */
  leave: { order: object; report: { closedBefore: number } };
}

export interface Window {
  warmUpMs: number;
  forMs: number;
}

export interface StormReport {
  /** Milliseconds since 1970. */
  beganAt: number;
  endedAt: number;
  failures: string[];
}

export interface SaturationReport {
  answered: number;
  failures: string[];
  open: number;
}

export interface PaceReport extends SaturationReport {
  latenciesMs: number[];
  /** Calls that were due while their charger still waited for an answer, or that got none. */
  late: number;
}

export interface AbuseReport {
  sent: number;
  /** Null: it was still connected at the end. */
  closedAfterMs: number | null;
  code: number | null;
}

/** The secret of all chargers of the bench. */
export const SECRET = 'bench-secret-of-forty-characters-in-all!';

export const identityOf = (index: number) => `BENCH-${String(index).padStart(5, '0')}`;
export const tokenOf = (index: number) => `TAG${String(index).padStart(6, '0')}`;
