import { z } from 'zod';
import type { Outlet } from './outlet.ts';

/** What a charger keeps free, and for whom. */
export const reservationState = z.object({
  /** The central system's. */
  number: z.int(),
  /** Null: whichever is free. */
  evse: z.int().nullable(),
  token: z.string(),
  group: z.string().nullable(),
  untilMs: z.number(),
});

export type Reservation = z.infer<typeof reservationState>;

interface Place {
  readonly outlets: readonly Outlet[];
  readonly reservations: readonly Reservation[];
}

interface Claimant {
  token: string;
  group: string | null;
}

export function without(reservations: readonly Reservation[], number: number): Reservation[] {
  return reservations.filter((each) => each.number !== number);
}

/** The reservation that a driver has for an outlet; one for this very EVSE goes first. */
export function heldBy(charger: Place, { evse }: Outlet, driver: Claimant): Reservation | undefined {
  const held = charger.reservations.filter((each) => isFor(each, driver));
  return held.find((each) => each.evse === evse) ?? held.find((each) => each.evse === null);
}

/** Whether a driver must leave an outlet to those for whom it is reserved. */
export function isRefused(charger: Place, outlet: Outlet, driver: Claimant): boolean {
  return isHeldFree(charger, outlet) && !heldBy(charger, outlet, driver);
}

/** Whether an outlet is kept free: itself, or because as many as are left are reserved without saying which. */
export function isHeldFree({ outlets, reservations }: Place, outlet: Outlet): boolean {
  if (reservations.length === 0) return false;
  const named = new Set(reservations.map((each) => each.evse));
  if (named.has(outlet.evse)) return true;
  const open = reservations.filter((each) => each.evse === null);
  const left = outlets.filter((each) => isUsable(each) && !named.has(each.evse));
  return isUsable(outlet) && left.length <= open.length;
}

function isUsable({ session, waiting, operative, fault }: Outlet): boolean {
  return !session && !waiting && operative && fault === null;
}

function isFor({ token, group }: Reservation, driver: Claimant): boolean {
  return token.toLowerCase() === driver.token.toLowerCase() || (group !== null && group === driver.group);
}
