import type { Millis } from '#estate/units.ts';
import { type Charger, powerAt } from './charger.ts';
import type { Outlet } from './outlet.ts';

/** A component and variable as messages spell them. */
export interface Watched {
  component: { name: string; evse?: { id: number } | undefined };
  variable: { name: string };
}

/** What a simulated station can watch: power and temperature of each EVSE, and its power as a whole. */
const OF_EVSE: Record<string, (charger: Charger, outlet: Outlet, now: Millis) => number> = {
  Power: powerAt,
  // A contactor in the shade warms by 3 K for each kilowatt.
  Temperature: (charger, outlet, now) => 25 + (powerAt(charger, outlet, now) / 1_000) * 3,
};

/** Why it cannot be watched; null when it can. */
export function whyUnknown({ plan }: Charger, { component, variable }: Watched): string | null {
  if (component.name === 'ChargingStation') return variable.name === 'Power' ? null : 'UnknownVariable';
  const evse = component.evse?.id ?? 0;
  if (component.name !== 'EVSE' || evse < 1 || evse > plan.evses) return 'UnknownComponent';
  return Object.hasOwn(OF_EVSE, variable.name) ? null : 'UnknownVariable';
}

/** The present value, W or Celsius; 0 of what cannot be watched. */
export function valueOf(charger: Charger, { component, variable }: Watched, now: Millis): number {
  const { outlets } = charger;
  if (component.name === 'ChargingStation') {
    return outlets.reduce((total, outlet) => total + powerAt(charger, outlet, now), 0);
  }
  const outlet = outlets.find(({ evse }) => evse === component.evse?.id);
  return outlet ? (OF_EVSE[variable.name]?.(charger, outlet, now) ?? 0) : 0;
}

/** The session that a watched variable belongs to; that of the station is any. */
export function sessionAt({ outlets }: Charger, { component }: Watched) {
  const at = outlets.filter(({ evse }) => component.evse === undefined || evse === component.evse.id);
  return at.find((outlet) => outlet.session)?.session ?? null;
}
