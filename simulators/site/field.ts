import { DAY, HOUR, type Millis, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import type { Device, Numbers } from '../devices/device-kind.ts';
import { CIRCUITS } from '../devices/lighting-circuit.ts';
import { DEVICE_KINDS, kindOf } from '../devices/list.ts';
import { setTemperature } from '../devices/thermostat.ts';
import type { SitePlan } from '../estate/plan.ts';
import {
  atWork,
  customersIn,
  customersOut,
  customersThere,
  isOpen,
  lightsLoad,
  officeLoad,
  SLOT_MS,
} from '../physics/building.ts';
import { stream, type Stream } from '../physics/noise.ts';
import { COEFFICIENT_OF_PERFORMANCE, nextRoom, restingRoom } from '../physics/room.ts';
import { romeOffset, romeTime } from '../physics/rome.ts';
import type { Sky, Weather } from '../physics/sky.ts';
import { drawnWeather } from '../weather/drawn.ts';
import { createConditions, type DeviceEvent, holding } from './conditions.ts';
import { addPower, type Charging, gridPower, type Moment, type Slot, tenth, total } from './moment.ts';
import { createSetPoints, setPoint } from './set-points.ts';

/** What a site's building and devices keep over a power cut. */
export const siteState = z.object({
  countedTo: z.number(),
  /** What flowed then, W, and all that the cars had taken, Wh; null: that was not counted yet. */
  powerW: z
    .object({ building: z.number(), pv: z.number(), battery: z.number() })
    .default({ building: 0, pv: 0, battery: 0 }),
  chargedWh: z.number().nullable().default(null),
  room: z.object({ airC: z.number(), massC: z.number(), co2Ppm: z.number(), heatW: z.number() }),
  devices: z.record(z.string(), z.record(z.string(), z.number())),
  setPoints: z.array(setPoint),
  conditions: z.array(holding),
});

export type SiteState = z.infer<typeof siteState>;

/** What the devices of a site show at one moment, by device id. */
export type SiteReadings = Record<string, Numbers>;

/** The field of one site beside its chargers: sun, building, meters, machines. */
export interface SiteField {
  readonly state: SiteState;
  /** Moves time on. What flows is taken to have changed evenly since it last was; the cars' energy is exact. */
  advance(now: Millis, charging: Charging): void;
  /**
   * Moves time on and reads the devices that are due: meters and plants each time, the rest not more often than `slowMs`.
   */
  read(now: Millis, charging: Charging, slowMs?: number): SiteReadings;
  /** Sets points of a device, which lapse after `revertS`; null when all were taken, else what is wrong. */
  set(device: string, values: Numbers, until: { now: Millis; revertS: number | undefined }): string | null;
  /** Makes a condition of a device hold or pass. @throws PolisError when there is none. */
  condition(device: string, code: string, is: { active: boolean; now: Millis }): void;
  /** What flows through the grid connection beside the cars, as it was when time was last moved on: import +, W. */
  readonly baseW: number;
  /** Conditions that began or passed since this was last asked. */
  news(): DeviceEvent[];
}

/** A longer absence is not counted. */
const LONGEST_SPAN_MS = HOUR;
/** What changes slowly is read each five minutes, as its type says, however often meters are. */
export const SLOW_MS = 5 * MINUTE;
const COOLED_ABOVE_C = 26;
const NOTHING_SET = {};

interface Parts {
  plan: SitePlan;
  chance: Stream;
  skyAt: (now: Millis) => Sky;
  state: SiteState;
  devices: readonly Device[];
  thermostat: Device | undefined;
  circuits: number;
  customers: { slot: number; there: number };
}

/** @param options.weather without it one is drawn by the site's own seed, unlike that of its neighbours */
export function createSiteField(
  plan: SitePlan,
  options: { seed: string; now: Millis; saved?: SiteState | undefined; weather?: Weather | undefined },
): SiteField {
  const chance = stream(`${options.seed}/`);
  const state = options.saved ?? newState(options.now);
  const devices = place(plan, chance, state);
  const parts: Parts = {
    plan,
    chance,
    skyAt: (options.weather ?? drawnWeather(options.seed))(plan, chance),
    state,
    devices,
    thermostat: devices.find(({ kind }) => kind.type === 'thermostat'),
    circuits: devices.filter(({ kind }) => kind.type === 'lighting-circuit').length,
    customers: { slot: NaN, there: 0 },
  };
  const setPoints = createSetPoints(devices, state.setPoints);
  const conditions = createConditions(devices, state.conditions);
  let slowDueAt = -Infinity;
  let baseW = 0;
  const moveTo = (now: Millis, charging: Charging) => {
    setPoints.at(now);
    conditions.at(now);
    const moment = advance(parts, now, charging);
    baseW = total(gridPower({ ...moment.power, cars: [0, 0, 0] }));
    return moment;
  };
  return {
    state,
    get baseW() {
      return baseW;
    },
    advance: (now, charging) => void moveTo(now, charging),
    read(now, charging, slowMs = SLOW_MS) {
      const moment = moveTo(now, charging);
      const isSlowDue = now >= slowDueAt;
      if (isSlowDue) slowDueAt = now + slowMs;
      const readings: SiteReadings = {};
      for (const device of devices) {
        if (isSlowDue || !device.kind.isSlow) readings[device.standing.plan.id] = device.read(moment);
      }
      return readings;
    },
    set(device, values, until) {
      const wrong = setPoints.set(device, values, until);
      // What was set shall be seen at the next reading.
      if (wrong === null) slowDueAt = -Infinity;
      return wrong;
    },
    condition(device, code, is) {
      conditions.force(device, code, is);
      slowDueAt = -Infinity;
    },
    news: () => conditions.news(),
  };
}

function newState(now: Millis): SiteState {
  const room = restingRoom(setTemperature(undefined));
  const powerW = { building: 0, pv: 0, battery: 0 };
  return { countedTo: now, powerW, chargedWh: 0, room, devices: {}, setPoints: [], conditions: [] };
}

/** All that measures, in the order in which power flows. What has a state of its own has it in the site's. */
function place(plan: SitePlan, chance: Stream, state: SiteState): Device[] {
  const order = new Map(DEVICE_KINDS.map(({ type }, index) => [type, index]));
  const saved = state.devices;
  state.devices = {};
  return plan.devices
    .filter(({ type }) => type !== 'gateway')
    .toSorted((one, other) => (order.get(one.type) ?? 0) - (order.get(other.type) ?? 0))
    .map((each) => {
      const own = stream(`${each.id}/`, chance);
      const standing = { plan: each, site: plan, chance: own, set: NOTHING_SET, conditions: [] };
      const device = kindOf(each.type).place(standing, saved[each.id]);
      if (Object.keys(device.state).length > 0) state.devices[each.id] = device.state;
      return device;
    });
}

/** Lets the time since the last moment pass: weather, people, room, then what draws and what gives. */
function advance(parts: Parts, now: Millis, charging: Charging): Moment {
  const { plan, chance, state, devices } = parts;
  const { building } = plan;
  const spanMs = Math.min(LONGEST_SPAN_MS, Math.max(0, now - state.countedTo));
  const wall = romeTime(now);
  const sky = parts.skyAt(now);
  const work = atWork(wall, building);
  const customers = customersNow(parts, now);
  const indoors = {
    floorM2: building.floorM2,
    people: customers + work * (2 + building.floorM2 / 60),
    work,
    outdoorC: sky.air.temperatureC,
    sunW: sky.irradiance.globalW,
    heatC: setTemperature(parts.thermostat?.standing),
    coolC: work > 0 ? COOLED_ABOVE_C : Infinity,
  };
  state.room = nextRoom(state.room, indoors, spanMs);
  const heatPumpW = tenth(Math.abs(state.room.heatW) / COEFFICIENT_OF_PERFORMANCE);
  const moment: Moment = {
    now,
    spanMs,
    slots: slotsOf(parts, now - spanMs, now),
    wall,
    day: Math.floor((now + romeOffset(now)) / DAY),
    sky,
    isOpen: isOpen(wall, building),
    work,
    customers,
    room: state.room,
    heatPumpW,
    power: { cars: [...charging.powerW], building: [0, 0, 0], pv: [0, 0, 0], battery: [0, 0, 0] },
    before: state.powerW,
    // A fleet may come back with fewer chargers than it had.
    chargedWh: Math.max(0, charging.energyWh - (state.chargedWh ?? charging.energyWh)),
  };
  const otherLightsW = (work * lightsLoad(building) * (CIRCUITS - parts.circuits)) / CIRCUITS;
  addPower(moment.power.building, officeLoad(building, { now, work, chance }) + otherLightsW + heatPumpW);
  for (const device of devices) device.advance(moment);
  const { building: drawn, pv, battery } = moment.power;
  state.powerW = { building: total(drawn), pv: total(pv), battery: total(battery) };
  state.chargedWh = charging.energyWh;
  state.countedTo = now;
  return moment;
}

/** Drawn anew for each slot only. */
function customersNow({ plan, chance, customers }: Parts, now: Millis): number {
  const slot = Math.floor(now / SLOT_MS);
  if (slot !== customers.slot) {
    customers.slot = slot;
    customers.there = customersThere(now, plan.building, chance);
  }
  return customers.there;
}

function slotsOf({ plan: { building }, chance }: Parts, from: Millis, to: Millis): Slot[] {
  const slots: Slot[] = [];
  for (let index = Math.floor(from / SLOT_MS); index < Math.floor(to / SLOT_MS); index++) {
    const wall = romeTime(index * SLOT_MS);
    const came = customersIn(index, building, chance);
    slots.push({ index, wall, isOpen: isOpen(wall, building), came, went: customersOut(index, building, chance) });
  }
  return slots;
}
