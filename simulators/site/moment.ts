import type { Millis } from '#estate/units.ts';
import type { WallTime } from '../physics/rome.ts';
import type { Room } from '../physics/room.ts';
import type { Sky } from '../physics/sky.ts';

/** Power on each phase, W. */
export type Phases = [number, number, number];

/** What flows at a site beside its cars: what the building draws, and what plant and battery give. */
export type Flow = 'building' | 'pv' | 'battery';

/** What a site's cars take, as its EVSEs measure it. */
export interface Charging {
  /** On each phase of the site, W. */
  powerW: Readonly<Phases>;
  /** All that the EVSEs have counted since they were put up, Wh. */
  energyWh: number;
}

/** Five minutes that ended: counts are drawn for each, so they do not depend on how often a device is read. */
export interface Slot {
  /** Since 1970. */
  index: number;
  wall: WallTime;
  isOpen: boolean;
  /** Customers who came into the office and who left it. */
  came: number;
  went: number;
}

/** What a site is like at one instant, and what flows in it. Devices read it, and add what they draw and give. */
export interface Moment {
  now: Millis;
  /** The time since the moment before that is counted, ms. */
  spanMs: number;
  /** What ended in it. */
  slots: readonly Slot[];
  wall: WallTime;
  /** Days since 1970 by the wall's calendar. */
  day: number;
  sky: Sky;
  isOpen: boolean;
  /** How full of work the office is, 0 to 1. */
  work: number;
  /** Customers in the office. */
  customers: number;
  /** The public room. */
  room: Room;
  /** What its heat pump draws, W. */
  heatPumpW: number;
  /** What the site's cars and building draw, and its plant and battery give. */
  power: Record<'cars' | Flow, Phases>;
  /** What flowed at the moment before, on all phases, W. */
  before: Readonly<Record<Flow, number>>;
  /** What the cars have taken in the span, Wh. */
  chargedWh: number;
}

/** Counts a power to one phase, or in equal parts to all, to the tenth of a watt that a meter shows. */
export function addPower(to: Phases, watts: number, phase?: number): void {
  if (phase === undefined) {
    const each = tenth(watts / 3);
    to[0] += each;
    to[1] += each;
    to[2] += each;
  } else if (phase === 0) to[0] += tenth(watts);
  else if (phase === 1) to[1] += tenth(watts);
  else to[2] += tenth(watts);
}

/** What flows through the grid connection, import +. */
export function gridPower({ cars, building, pv, battery }: Moment['power']): Phases {
  const on = (phase: 0 | 1 | 2) => tenth(cars[phase] + building[phase] - pv[phase] - battery[phase]);
  return [on(0), on(1), on(2)];
}

export const total = ([one, two, three]: Readonly<Phases>) => tenth(one + two + three);

export const tenth = (value: number) => Math.round(value * 10) / 10;
