import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { ChargerRef } from '../domain.ts';

/**
 * `requested`: the charger has not answered yet; `active`: it holds the EVSE free; `used`: its session began; `cancelled` by
 * us; `expired`; `removed` by the charger; `refused` by it; `unknown`: the answer was lost.
 */
export const RESERVATION_STATES = [
  'requested',
  'active',
  'used',
  'cancelled',
  'expired',
  'removed',
  'refused',
  'unknown',
] as const;

export type ReservationState = (typeof RESERVATION_STATES)[number];

/** An EVSE that a charger keeps free for a token and its group. */
export interface Reservation {
  id: string;
  charger: DeviceId;
  site: SiteId | null;
  /** As the charger knows it. */
  number: number;
  /** Null: whichever is free. */
  evse: number | null;
  connectorType: string | null;
  token: string;
  group: string | null;
  expiresAt: Millis;
  state: ReservationState;
  /** The session that used it. */
  session: string | null;
  createdAt: Millis;
  /** Each state that it had, with the charger's word where that says more. */
  history: { state: ReservationState; at: Millis; reason: string | null }[];
}

/** What a charger is asked to reserve. */
export interface AskedReservation extends Pick<
  Reservation,
  'number' | 'evse' | 'connectorType' | 'token' | 'group' | 'expiresAt'
> {
  charger: ChargerRef;
  at: Millis;
}

export interface ReservationChange {
  charger: DeviceId;
  number: number;
  state: ReservationState;
  reason?: string | null;
  at: Millis;
}

/** The face of the reservations; what resolves is committed. */
export interface Reservations {
  /** Notes one that is about to be asked for. One that the charger holds under this number stays until it answers. */
  asked(reservation: AskedReservation): Promise<void>;
  /** The charger holds it; what it held under this number is replaced. */
  accepted(reservation: AskedReservation): Promise<void>;
  /** Brings it to another state, if that can follow from the one that it has. */
  changed(change: ReservationChange): Promise<void>;
  /** Expires those whose time has passed. */
  lapse(now: Millis): Promise<void>;
  get(id: string): Promise<Reservation | null>;
  ofNumber(charger: DeviceId, number: number): Promise<Reservation | null>;
  /** Newest first; `before` is the id of the last of the page before. */
  list(query: ReservationQuery): Promise<Reservation[]>;
}

export interface ReservationQuery {
  charger?: DeviceId;
  state?: ReservationState;
  before?: string;
  limit: number;
}
