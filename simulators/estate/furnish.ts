import { type Random, seededRandom } from '#estate/random.ts';
import { type Holding, HOLDINGS, SIZES, type Size } from './holdings.ts';
import { type DevicePlan, type EstatePlan, fieldDevice, type FieldDeviceType, type SitePlan } from './plan.ts';
import { shareOut } from './share-out.ts';

/** What each site, plant and smart building has, in the order of births. */
const EVERYWHERE: readonly (readonly [FieldDeviceType, 'site' | 'plant' | 'building'])[] = [
  ['gateway', 'site'],
  ['grid-meter', 'site'],
  ['building-meter', 'building'],
  ['pv-inverter', 'plant'],
  ['indoor-air', 'building'],
  ['weather', 'plant'],
  ['thermostat', 'building'],
];

/** A co-working desk takes so much floor, m², and the grid connection grows by so much for it, W. */
const DESK_M2 = 6;
const DESK_GRID_W = 250;
const GRID_STEP_W = 5000;
const BATTERY_STEP_WH = 5000;

/**
 * An estate with the devices of its sites, in the proportions of a size. Plants stand where a site has one; smart
 * buildings where `smart` says. What was described before it does not change, but a site with desks has more floor and
 * a stronger connection.
 */
export function furnish(estate: EstatePlan, { size, smart }: { size: Size; smart: ReadonlySet<string> }): EstatePlan {
  const { sites, seed } = estate;
  const inProportion = (whole: number) => Math.round((sites.length * whole) / SIZES[size].sites);
  const spaces = drawSites(sites, { seed: `${seed}/co-working`, count: inProportion(SIZES[size].spaces) });
  const has = { site: () => true, plant: hasPlant, building: isIn(smart), space: isIn(spaces) };
  const devices = new Map(
    sites.map((site) => [
      site.id,
      EVERYWHERE.flatMap(([type, at]) => (has[at](site) ? [fieldDevice(site.id, type)] : [])),
    ]),
  );
  for (const holding of HOLDINGS) {
    const random = seededRandom(`estate/${seed}/${holding.type}`);
    const places = sites.filter(has[holding.at]);
    for (const device of put(random, { holding, places, count: inProportion(holding[size]) }))
      devices.get(device.site)?.push(device);
  }
  return { ...estate, sites: sites.map((site) => equip(site, devices.get(site.id) ?? [])) };
}

/** So many of the sites, each as likely as the other. */
export function drawSites(sites: readonly SitePlan[], { seed, count }: { seed: string; count: number }): Set<string> {
  const random = seededRandom(`estate/${seed}`);
  return new Set(
    sites
      .map(({ id }) => ({ id, rank: random.next() }))
      .toSorted((one, other) => one.rank - other.rank)
      .slice(0, count)
      .map(({ id }) => id),
  );
}

const hasPlant = ({ pv }: SitePlan) => pv !== null;
const isIn = (chosen: ReadonlySet<string>) => (site: SitePlan) => chosen.has(site.id);

function put(
  random: Random,
  { holding, places, count }: { holding: Holding; places: readonly SitePlan[]; count: number },
): DevicePlan[] {
  const { type, several } = holding;
  const { least, most } = several ?? { least: 1, most: 1 };
  const counts = shareOut(random, { places: places.length, count, least, most });
  return places.flatMap(({ id }, index) => {
    const numbers = Array.from({ length: counts[index] ?? 0 }, (_, n) => (several ? n + 1 : undefined));
    return numbers.map((n) => fieldDevice(id, type, n));
  });
}

/** The site as its devices need it: a battery of some hours of its plant, floor and power for its desks. */
function equip(site: SitePlan, devices: DevicePlan[]): SitePlan {
  const desks = devices.filter(({ type }) => type === 'desk').length;
  const hasBattery = devices.some(({ type }) => type === 'battery');
  const peakW = site.pv?.peakW ?? 0;
  return {
    ...site,
    gridLimitW: site.gridLimitW + Math.round((desks * DESK_GRID_W) / GRID_STEP_W) * GRID_STEP_W,
    building: { ...site.building, floorM2: site.building.floorM2 + desks * DESK_M2 },
    battery: hasBattery
      ? {
          energyWh: Math.round((peakW * 1.2) / BATTERY_STEP_WH) * BATTERY_STEP_WH,
          powerW: Math.round(peakW / 2000) * 1000,
        }
      : null,
    devices,
  };
}
