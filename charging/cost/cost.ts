import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** What a session costs, taxes included. */
export interface Cost {
  amount: number;
  /** ISO 4217; null where somebody said the amount and there is no price. */
  currency: string | null;
}

/** Where a price holds; that of a charger goes before that of its site. */
export interface PricePlace {
  scope: 'site' | 'charger';
  id: string;
}

/** A flat price of energy, taxes included. */
export interface Price {
  /** Null: none. */
  perKwh: number | null;
  /** ISO 4217. */
  currency: string;
  since: Millis;
}

/** A session that runs, with what it has come to. */
export interface RunningCost {
  charger: DeviceId;
  session: string;
  transaction: string;
  amount: number;
}

/** The face of the costs; what resolves is committed. A session costs by the price that held when it began. */
export interface Costs {
  /** Sets a price, for the sessions that begin from then on. */
  putPrice(place: PricePlace, price: Price): Promise<void>;
  /** The price that was set last. */
  price(place: PricePlace): Promise<Price | null>;
  /** Says what a session of a charger costs, named by its id or its transaction; that goes before any price. */
  set(cost: { charger: DeviceId; session: string; amount: number; at: Millis }): Promise<{ transaction: string }>;
  /** Those of 2.0.1 sessions that run by a price and were heard of since; who charges is to see them. */
  running(query: { since: Millis }): Promise<RunningCost[]>;
}

/** What energy comes to, in whole hundredths. */
export function amountOf(energyWh: number, perKwh: number): number {
  return Math.round((energyWh / 1_000) * perKwh * 100) / 100;
}
