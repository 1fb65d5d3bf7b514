import { HOUR, SECOND } from '#estate/units.ts';
import type { Numbers } from '../devices/device-kind.ts';
import { describeEstate } from '../estate/describe.ts';
import { fieldDevice, fieldDeviceId, type FieldDeviceType, type SitePlan } from '../estate/plan.ts';
import type { Weather } from '../physics/sky.ts';
import { createSiteField, type SiteReadings } from './field.ts';
import { type Charging, type Phases, total } from './moment.ts';

/** For tests: a site with one of every device, and a life of it to read. */

const ALL: readonly FieldDeviceType[] = [
  'hvac-unit',
  'lighting-circuit',
  'occupancy',
  'opening-contact',
  'leak-detector',
  'smoke-detector',
  'water-meter',
  'meter',
  'sensor',
  'network-uplink',
  'outdoor-environment',
  'battery',
  'atm',
  'kiosk',
  'parcel-locker',
  'desk',
  'outdoor-area',
];

/** A large office in Turin's latitudes, with 30 kWp and a battery. */
export function fullSite(): SitePlan {
  const [site] = describeEstate({ seed: 'full', sites: 1 }).sites;
  if (!site) throw new Error('The estate has no site.');
  const basic = site.devices.filter(({ type }) => !ALL.includes(type));
  return {
    ...site,
    id: 'full',
    latitude: 45,
    longitude: 8,
    pv: { peakW: 30_000, inverterW: 25_000, tiltDeg: 20, azimuthDeg: 180 },
    battery: { energyWh: 40_000, powerW: 15_000 },
    building: { floorM2: 200, baseW: 900, afternoons: true, customersAnHour: 40 },
    devices: [...basic.map(({ type }) => fieldDevice('full', type)), ...ALL.map((type) => fieldDevice('full', type))],
  };
}

export const idOf = (type: FieldDeviceType) => fieldDeviceId('full', type);

export const NO_CARS: Charging = { powerW: [0, 0, 0], energyWh: 0 };

/** A field that is read every so often, and gives what a device showed. */
export function liveSite(options: {
  from: string | number;
  everyS?: number;
  seed?: string;
  site?: SitePlan;
  weather?: Weather;
}) {
  const from = new Date(options.from).getTime();
  const everyMs = (options.everyS ?? 60) * SECOND;
  const { seed = 'seed', site = fullSite(), weather } = options;
  const field = createSiteField(site, { seed, now: from, weather });
  let now = from;
  let chargedWh = 0;
  let readings: SiteReadings = {};
  return {
    field,
    get now() {
      return now;
    },
    /** Reads on for so long; `each` sees every reading. */
    live(seconds: number, how: { chargingW?: Phases; each?: (readings: SiteReadings, now: number) => void } = {}) {
      const { chargingW: powerW = NO_CARS.powerW } = how;
      for (const end = now + seconds * SECOND; now < end;) {
        const spanMs = Math.min(end - now, everyMs);
        now += spanMs;
        chargedWh += (total(powerW) * spanMs) / HOUR;
        const read = field.read(now, { powerW, energyWh: chargedWh }, 0);
        readings = { ...readings, ...read };
        how.each?.(read, now);
      }
    },
    shown(type: FieldDeviceType): Numbers {
      return readings[idOf(type)] ?? {};
    },
    set: (type: FieldDeviceType, values: Numbers, revertS?: number) => field.set(idOf(type), values, { now, revertS }),
    condition: (type: FieldDeviceType, code: string, active = true) =>
      field.condition(idOf(type), code, { active, now }),
  };
}

export type LiveSite = ReturnType<typeof liveSite>;
