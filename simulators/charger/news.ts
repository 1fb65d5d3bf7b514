import type { Millis } from '#estate/units.ts';
import type { ChargerSession, MeterReading, Outlet, OutletStatus } from './outlet.ts';

/** Why a session ended, in OCPP 1.6's words. */
export type StopReason =
  | 'Local'
  | 'Remote'
  | 'EVDisconnected'
  | 'SoftReset'
  | 'HardReset'
  | 'UnlockCommand'
  | 'DeAuthorized'
  | 'MasterPass'
  | 'Other';

/** What set off a step of a session. */
export type Trigger = 'card' | 'cable' | 'remote' | 'clock' | 'state' | StopReason;

/** Something that a charger has to say, free of versions. */
export type ChargerNews =
  | { kind: 'status'; outlet: Outlet; status: OutletStatus; at: Millis }
  | { kind: 'reservation-over'; number: number; how: 'Expired' | 'Removed' }
  | SessionNews;

export interface SessionNews {
  kind: 'began' | 'sampled' | 'changed' | 'ended';
  outlet: Outlet;
  session: ChargerSession;
  status: OutletStatus;
  reading: MeterReading;
  trigger: Trigger;
  /** The card that was shown, if another than the one that began it. */
  card?: string | undefined;
  at: Millis;
}

/** A sample that the central system asked for. */
export function isAsked({ kind, trigger }: SessionNews): boolean {
  return kind === 'sampled' && trigger === 'remote';
}
