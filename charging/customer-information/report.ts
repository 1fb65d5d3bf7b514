import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** What a charger knew of a customer when it was asked (OCPP 2.0.1 N09, N10). It is personal data and kept for a day. */
export interface CustomerReport {
  charger: DeviceId;
  request: number;
  askedAt: Millis;
  /** Whether the charger was also told to forget it. */
  cleared: boolean;
  /** All parts have come. */
  complete: boolean;
  text: string;
}

/** The face of the reports on customers; what resolves is committed. */
export interface CustomerReports {
  /** A charger is about to be asked; without this, what it tells of a customer is not kept. */
  asked(asked: { charger: DeviceId; request: number; cleared: boolean; at: Millis }): Promise<void>;
  /** The charger will tell nothing. */
  refused(charger: DeviceId, request: number): Promise<void>;
  told(part: { charger: DeviceId; request: number; seqNo: number; more: boolean; text: string }): Promise<void>;
  /** Newest first. */
  list(charger: DeviceId): Promise<CustomerReport[]>;
  /** Forgets what was asked more than a day ago. */
  sweep(now: Millis): Promise<void>;
}
