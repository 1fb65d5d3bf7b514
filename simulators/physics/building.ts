import { HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { noise } from './noise.ts';
import { romeTime } from './rome.ts';

/** A post office, as far as its energy goes. */
export interface BuildingPlan {
  floorM2: number;
  /** Use that never sleeps (tills, network, cash machine), W. */
  baseW: number;
}

/** How full of work the office is, 0 to 1: open 8 to 20 on weekdays and 8 to 13 on Saturdays, half an hour to fill. */
export function occupancy(atMs: Millis): number {
  const { hour, weekday } = romeTime(atMs);
  if (weekday === 0) return 0;
  const close = weekday === 6 ? 13 : 20;
  return Math.max(0, Math.min(1, (hour - 7.5) / 0.5, (close - hour) / 0.5));
}

/** Electric power of the building without its heat pump, W: base, light and work, and cooling on hot days. */
export function buildingLoad(
  atMs: Millis,
  building: BuildingPlan,
  weather: { outdoorC: number; seed: string },
): number {
  const open = occupancy(atMs);
  const customers = 0.8 + 0.4 * noise(`${weather.seed}/use`, 20 * MINUTE, atMs);
  const fridge = 80 * noise(`${weather.seed}/fridge`, HOUR / 3, atMs);
  const cooling = open * building.floorM2 * 2.2 * Math.max(0, weather.outdoorC - 25);
  return building.baseW + fridge + open * building.floorM2 * 14 * customers + cooling;
}
