import { HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { countAt, draw, noise, stream, type Stream } from './noise.ts';
import { romeTime, type WallTime } from './rome.ts';

/** A post office, as far as its energy goes. */
export interface BuildingPlan {
  floorM2: number;
  /** Use that never sleeps (tills, network, signs), W. */
  baseW: number;
  /** A larger office, open until the evening. */
  afternoons: boolean;
  /** Customers in an hour, on average while it is open. */
  customersAnHour: number;
}

/** Wall time of an Italian post office. */
const OPENS = 8 + 20 / 60;
const CLOSES = { morning: 13 + 35 / 60, evening: 19 + 5 / 60, saturday: 12 + 35 / 60 };
/** Before it opens and after it closes they work behind closed doors. */
const AROUND = 0.5;

/** Whether customers are let in: weekdays 8:20 to 13:35, in larger offices to 19:05; Saturdays to 12:35. */
export function isOpen({ hour, weekday }: WallTime, building: Pick<BuildingPlan, 'afternoons'>): boolean {
  return weekday !== 0 && hour >= OPENS && hour < closes(weekday, building);
}

/** How full of work the office is, 0 to 1: it fills in the half hour before it opens and empties in that after. */
export function atWork({ hour, weekday }: WallTime, building: Pick<BuildingPlan, 'afternoons'>): number {
  if (weekday === 0) return 0;
  const begun = (hour - OPENS + AROUND) / AROUND;
  const left = (closes(weekday, building) + AROUND - hour) / AROUND;
  return Math.max(0, Math.min(1, begun, left));
}

function closes(weekday: number, { afternoons }: Pick<BuildingPlan, 'afternoons'>): number {
  if (weekday === 6) return CLOSES.saturday;
  return afternoons ? CLOSES.evening : CLOSES.morning;
}

/** What is counted is drawn for slots of this length, so it does not depend on how often it is read. */
export const SLOT_MS = 5 * MINUTE;
/** A customer stays for so many slots. */
const STAY_SLOTS = 3;

/** The customers who came in during a slot that ended. */
export function customersIn(slot: number, building: BuildingPlan, chance: Stream): number {
  if (!isOpen(romeTime(slot * SLOT_MS), building)) return 0;
  const busy = 0.5 + noise(stream('rush', chance), HOUR, slot * SLOT_MS);
  return countAt((building.customersAnHour * busy * SLOT_MS) / HOUR, draw(stream('customers', chance), slot));
}

/** The customers who went out during a slot that ended: those who came in three slots before. */
export function customersOut(slot: number, building: BuildingPlan, chance: Stream): number {
  return customersIn(slot - STAY_SLOTS, building, chance);
}

/** The customers who are in the office, after the slot that ended last. */
export function customersThere(atMs: Millis, building: BuildingPlan, chance: Stream): number {
  const last = Math.floor(atMs / SLOT_MS) - 1;
  let there = 0;
  for (let ago = 0; ago < STAY_SLOTS; ago++) there += customersIn(last - ago, building, chance);
  return there;
}

/** Electric power of the office beside its lights, heat pump and machines, W: what never sleeps, and work. */
export function officeLoad(building: BuildingPlan, at: { now: Millis; work: number; chance: Stream }): number {
  const busy = 0.8 + 0.4 * noise(stream('use', at.chance), 20 * MINUTE, at.now);
  const fridge = 80 * noise(stream('fridge', at.chance), HOUR / 3, at.now);
  return building.baseW + fridge + at.work * building.floorM2 * 8 * busy;
}

/** Electric power of all lights at full level, W. */
export function lightsLoad({ floorM2 }: BuildingPlan): number {
  return floorM2 * 6;
}
