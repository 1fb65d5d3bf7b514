import { describeSites } from './describe.ts';
import { drawSites, furnish } from './furnish.ts';
import type { EstatePlan } from './plan.ts';

/** The Polis programme, whole; its devices are in the holdings. */
export const POLIS = { sites: 2100, chargers: 5000, plants: 1000, smartBuildings: 1000 } as const;

/**
 * The estate of the Polis programme, or one of another size in its proportions: chargers at every site, a photovoltaic
 * plant at some, a smart building at some, machines and furniture. The same seed and size give the same estate to the
 * byte.
 */
export function polisEstate(options: {
  seed: number | string;
  sites: number;
  /** In proportion to the sites unless told. */
  chargers?: number | null;
  manners?: 'as-built' | 'plain';
}): EstatePlan {
  const { seed, sites, manners = 'as-built' } = options;
  const inProportion = (whole: number) => Math.round((sites * whole) / POLIS.sites);
  const estate = describeSites({
    ...options,
    chargers: options.chargers ?? inProportion(POLIS.chargers),
    manners,
    apart: true,
  });
  const withPlant = drawSites(estate.sites, { seed: `${seed}/plants`, count: inProportion(POLIS.plants) });
  const smart = drawSites(estate.sites, {
    seed: `${seed}/smart-buildings`,
    count: inProportion(POLIS.smartBuildings),
  });
  const built = estate.sites.map((site) => ({ ...site, pv: withPlant.has(site.id) ? site.pv : null }));
  return furnish({ ...estate, sites: built }, { size: 'polis', smart });
}
