import { HOUR, type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { seededRandom } from '#estate/random.ts';
import { fieldDeviceId, type FieldDeviceType, type SitePlan } from './estate/plan.ts';
import { buildingLoad } from './physics/building.ts';
import { noise } from './physics/noise.ts';
import { pvPower } from './physics/pv.ts';
import { COEFFICIENT_OF_PERFORMANCE, fineDust, nextRoom, restingRoom } from './physics/room.ts';
import { skyAt } from './physics/sky.ts';

/** What a site's meters and set points keep over a power cut. */
export const siteState = z.object({
  countedTo: z.number(),
  room: z.object({ airC: z.number(), co2Ppm: z.number(), heatW: z.number() }),
  /** Registers, Wh. */
  importWh: z.number(),
  exportWh: z.number(),
  buildingWh: z.number(),
  pvWh: z.number(),
  /** Set points now, and when each goes back by itself. */
  setPoints: z.object({ TmpSet: z.number(), WMaxLimPct: z.number() }),
  reverts: z.array(z.object({ metric: z.enum(['TmpSet', 'WMaxLimPct']), atMs: z.number() })),
});

export type SiteState = z.infer<typeof siteState>;
export type SetPoint = keyof SiteState['setPoints'];

/** What the devices of a site show at one moment, by device id. */
export type SiteReadings = Record<string, Record<string, number>>;

const DEFAULTS = { TmpSet: 20, WMaxLimPct: 100 } as const;
const RANGES: Record<SetPoint, [number, number]> = { TmpSet: [5, 30], WMaxLimPct: [0, 100] };
const LONGEST_STEP_MS = 5 * MINUTE;

/** The field of one site beside its chargers: sun, building, meters. `chargingW` are the cars, by the site's phase. */
export interface SiteField {
  readonly state: SiteState;
  /** Moves time on and reads all devices. */
  read(now: Millis, chargingW: readonly [number, number, number]): SiteReadings;
  /** Sets a point, to go back after `revertS`; null when it was taken, else what is wrong. */
  set(metric: string, value: number, until: { now: Millis; revertS: number | undefined }): string | null;
}

export function createSiteField(
  plan: SitePlan,
  options: { seed: string; now: Millis; saved?: SiteState | undefined },
): SiteField {
  const state = options.saved ?? newState(options.seed, options.now);
  return {
    state,
    read(now, chargingW) {
      const powers = powersAt(plan, state, { now, seed: options.seed });
      advance(plan, state, { now, chargingW: sum(chargingW), ...powers });
      return readings(plan, state, { now, chargingW, seed: options.seed, ...powers });
    },
    set(metric, value, { now, revertS }) {
      if (!isSetPoint(metric)) return `There is no set point ${metric}; there are ${Object.keys(RANGES).join(', ')}.`;
      const [least, most] = RANGES[metric];
      if (!(value >= least && value <= most)) return `${metric} goes from ${least} to ${most}.`;
      state.setPoints[metric] = value;
      state.reverts = state.reverts.filter((each) => each.metric !== metric);
      if (revertS !== undefined) state.reverts.push({ metric, atMs: now + revertS * SECOND });
      return null;
    },
  };
}

function newState(seed: string, now: Millis): SiteState {
  const random = seededRandom(`${seed}/registers`);
  return {
    countedTo: now,
    room: restingRoom(DEFAULTS.TmpSet),
    importWh: random.int(10, 90) * 1e6,
    exportWh: random.int(5, 40) * 1e6,
    buildingWh: random.int(10, 90) * 1e6,
    pvWh: random.int(10, 90) * 1e6,
    setPoints: { ...DEFAULTS },
    reverts: [],
  };
}

function isSetPoint(metric: string): metric is SetPoint {
  return Object.hasOwn(RANGES, metric);
}

function powersAt(plan: SitePlan, state: SiteState, at: { now: Millis; seed: string }) {
  const sky = skyAt(at.now, plan, at.seed);
  const inverterW = plan.pv?.inverterW ?? 0;
  const pvW = plan.pv ? Math.min(pvPower(plan.pv, sky).acW, (inverterW * state.setPoints.WMaxLimPct) / 100) : 0;
  const outdoorC = sky.air.temperatureC;
  const heatingW = state.room.heatW / COEFFICIENT_OF_PERFORMANCE;
  const buildingW = buildingLoad(at.now, plan.building, { outdoorC, seed: at.seed }) + heatingW;
  return { sky, pvW, buildingW, cabinetC: outdoorC + 8 + 20 * (pvW / Math.max(1, inverterW)) };
}

/** Counts energy since the last reading, and lets the room breathe. A longer absence than a step is not counted. */
function advance(
  plan: SitePlan,
  state: SiteState,
  at: { now: Millis; chargingW: number; pvW: number; buildingW: number; sky: { air: { temperatureC: number } } },
): void {
  const durationMs = Math.min(LONGEST_STEP_MS, Math.max(0, at.now - state.countedTo));
  const hours = durationMs / HOUR;
  const gridW = at.buildingW + at.chargingW - at.pvW;
  state.importWh += Math.max(0, gridW) * hours;
  state.exportWh += Math.max(0, -gridW) * hours;
  state.buildingWh += at.buildingW * hours;
  state.pvWh += at.pvW * hours;
  state.countedTo = at.now;
  for (const { metric } of state.reverts.filter((each) => each.atMs <= at.now))
    state.setPoints[metric] = DEFAULTS[metric];
  state.reverts = state.reverts.filter((each) => each.atMs > at.now);
  const step = { atMs: at.now, durationMs, outdoorC: at.sky.air.temperatureC, setC: state.setPoints.TmpSet };
  state.room = nextRoom(state.room, plan.building, step);
}

function readings(
  plan: SitePlan,
  state: SiteState,
  at: { now: Millis; seed: string; chargingW: readonly number[] } & ReturnType<typeof powersAt>,
): SiteReadings {
  const { sky, pvW, buildingW } = at;
  const phaseW = at.chargingW.map((carsW) => carsW + (buildingW - pvW) / 3);
  const [WL1 = 0, WL2 = 0, WL3 = 0] = phaseW.map((watts) => round(watts));
  const id = (type: FieldDeviceType) => fieldDeviceId(plan.id, type);
  const indoorHumidity = 38 + 0.25 * (sky.humidity - 45) + 4 * noise(`${at.seed}/rh`, HOUR, at.now);
  const all: SiteReadings = {
    [id('grid-meter')]: {
      W: round(sum(phaseW)),
      TotWhImp: whole(state.importWh),
      TotWhExp: whole(state.exportWh),
      WL1,
      WL2,
      WL3,
    },
    [id('building-meter')]: { W: round(buildingW), TotWhImp: whole(state.buildingWh) },
    [id('pv-inverter')]: {
      W: round(pvW),
      TotWhInj: whole(state.pvWh),
      TmpCab: round(at.cabinetC),
      WMaxLimPct: state.setPoints.WMaxLimPct,
    },
    [id('indoor-air')]: {
      TmpAir: round(state.room.airC),
      RH: round(indoorHumidity),
      CO2: whole(state.room.co2Ppm),
      PM25: round(fineDust(at.now, at.seed)),
    },
    [id('weather')]: { GHI: round(sky.irradiance.globalW), TmpAmb: round(sky.air.temperatureC) },
    [id('thermostat')]: {
      TmpAir: round(state.room.airC),
      TmpSet: state.setPoints.TmpSet,
      HeatW: round(state.room.heatW),
    },
  };
  const there = new Set(plan.devices.map((device) => device.id));
  return Object.fromEntries(Object.entries(all).filter(([device]) => there.has(device)));
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const round = (value: number) => Math.round(value * 10) / 10;
const whole = (value: number) => Math.floor(value);
