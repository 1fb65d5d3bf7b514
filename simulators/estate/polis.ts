import { seededRandom } from '#estate/random.ts';
import { describeEstate } from './describe.ts';
import type { EstatePlan, FieldDeviceType, SitePlan } from './plan.ts';

/** The Polis programme, whole. */
export const POLIS = { sites: 2100, chargers: 5000, plants: 1000, smartBuildings: 1000 } as const;

/** What only a plant needs, and what only a smart building needs; the rest stands at every site. */
const OF_PLANT: readonly FieldDeviceType[] = ['pv-inverter', 'weather'];
const OF_SMART_BUILDING: readonly FieldDeviceType[] = ['building-meter', 'indoor-air', 'thermostat'];

/**
 * The estate of the Polis programme, or one of another size in its proportions: chargers at every site, a photovoltaic
 * plant at some, a smart building at some. The same seed and size give the same estate to the byte.
 */
export function polisEstate({ seed, sites }: { seed: number | string; sites: number }): EstatePlan {
  const inProportion = (whole: number) => Math.round((sites * whole) / POLIS.sites);
  const estate = describeEstate({ seed, sites, chargers: inProportion(POLIS.chargers) });
  const withPlant = draw(estate.sites, { seed: `${seed}/plants`, count: inProportion(POLIS.plants) });
  const smart = draw(estate.sites, { seed: `${seed}/smart-buildings`, count: inProportion(POLIS.smartBuildings) });
  return {
    ...estate,
    sites: estate.sites.map((site) => ({
      ...site,
      pv: withPlant.has(site.id) ? site.pv : null,
      devices: site.devices.filter(
        ({ type }) =>
          (withPlant.has(site.id) || !OF_PLANT.includes(type)) &&
          (smart.has(site.id) || !OF_SMART_BUILDING.includes(type)),
      ),
    })),
  };
}

/** So many of the sites, each as likely as the other. */
function draw(sites: SitePlan[], { seed, count }: { seed: string; count: number }): Set<string> {
  const random = seededRandom(`estate/${seed}`);
  return new Set(
    sites
      .map(({ id }) => ({ id, rank: random.next() }))
      .toSorted((one, other) => one.rank - other.rank)
      .slice(0, count)
      .map(({ id }) => id),
  );
}
