import { type Random, seededRandom } from '#estate/random.ts';
import { powerOf } from '#estate/units.ts';
import { describeCharger, withManner } from './describe-charger.ts';
import { furnish } from './furnish.ts';
import { type ItalianPlace, italianPlaces } from './places.ts';
import type { ChargerPlan, EstatePlan, SitePlan } from './plan.ts';
import { shareOut } from './share-out.ts';

const CHARGERS_PER_SITE = 2.5;
const MOST_AT_A_SITE = 6;
/** Where not told otherwise, only one charger in so many has its maker's manner: limits must be seen to work. */
const FEW = 20;

/** The estate that an instance shows by itself (the demo): its seed, and the most sites that it may have. */
export const SHOWN = { seed: '1', mostSites: 2100 } as const;

/** Offices in places with so many inhabitants are open in the afternoon. */
const LARGE_FROM = 5000;

export interface EstateOptions {
  seed: number | string;
  sites: number;
  /** 2.5 at a site where it is not told. */
  chargers?: number;
  /** Only in places where no shown estate (the demo) stands, so that both can be registered with one instance. */
  apart?: boolean;
  /** Whether a few chargers have their maker's manner, or all, or none. */
  manners?: 'few' | 'as-built' | 'plain';
}

/**
 * An estate of post offices to look at: real small places of Italy, what stands in them, and the cards of their drivers.
 * The same seed and size give the same estate to the byte. One charger stands broken, and the site with the most
 * chargers hangs on a grid connection that is too small for its cars. A plant and a smart building are at each site, some
 * of every other device somewhere.
 */
export function describeEstate(options: EstateOptions): EstatePlan {
  const estate = describeSites(options);
  return furnish(estate, { size: 'small', smart: new Set(estate.sites.map(({ id }) => id)) });
}

/** The same without devices. */
export function describeSites(options: EstateOptions): EstatePlan {
  const random = seededRandom(`estate/${options.seed}`);
  const places = drawPlaces(random, options.sites, options.apart ? shownPlaces() : new Set());
  const counts = shareChargers(random, places.length, options.chargers);
  const sites: SitePlan[] = [];
  const chargers: ChargerPlan[] = [];
  for (const [index, { id, place }] of places.entries()) {
    const here = Array.from({ length: counts[index] ?? 1 }, (_, n) => describeCharger(random, { site: id, n: n + 1 }));
    chargers.push(...here);
    sites.push(describeSite(random, { id, place, chargers: here }));
  }
  const crowded = crowdedSite(sites, chargers);
  const broken = chargers.find((each) => each.site !== crowded?.id && !each.dc);
  if (broken) broken.fault = 'GroundFailure';
  const { manners = 'few' } = options;
  const isPlain = (charger: ChargerPlan, n: number) =>
    manners === 'plain' || (manners === 'few' && ((n + 1) % FEW !== 0 || charger.site === crowded?.id));
  return {
    seed: String(options.seed),
    sites,
    chargers: chargers.map((each, n) => (isPlain(each, n) ? each : withManner(each))),
    tokens: describeTokens(random, chargers),
  };
}

/** The ids of the places that a shown estate of any size takes up. */
function shownPlaces(): Set<string> {
  const { seed, mostSites } = SHOWN;
  return new Set(drawPlaces(seededRandom(`estate/${seed}`), mostSites, new Set()).map(({ id }) => id));
}

function drawPlaces(random: Random, wanted: number, taken: ReadonlySet<string>): { id: string; place: ItalianPlace }[] {
  const left = [...italianPlaces()];
  const drawn = new Map<string, ItalianPlace>();
  while (drawn.size < wanted && left.length > 0) {
    const [place] = left.splice(random.int(0, left.length - 1), 1);
    const id = place && slug(place.name);
    if (place && id && !drawn.has(id) && !taken.has(id)) drawn.set(id, place);
  }
  return [...drawn].map(([id, place]) => ({ id, place }));
}

/** A place's name as an id: `Forlì del Sannio` → `forli-del-sannio`. Short enough for a charger's identity of 48. */
export function slug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 36)
    .replace(/^-|-$/g, '');
}

function shareChargers(random: Random, places: number, chargers = Math.round(places * CHARGERS_PER_SITE)): number[] {
  return shareOut(random, { places, count: Math.max(places, chargers), least: 1, most: MOST_AT_A_SITE });
}

function describeSite(random: Random, at: { id: string; place: ItalianPlace; chargers: ChargerPlan[] }): SitePlan {
  const floorM2 = random.int(8, 26) * 10;
  const peakW = random.int(20, 40) * 1000;
  const carsW = at.chargers.reduce((sum, each) => sum + chargerPower(each), 0);
  const share = 0.7 + 0.3 * random.next();
  return {
    id: at.id,
    name: at.place.name,
    latitude: at.place.latitude,
    longitude: at.place.longitude,
    population: at.place.population,
    gridLimitW: Math.ceil((floorM2 * 40 + carsW * share) / 5000) * 5000,
    pv: {
      peakW,
      inverterW: Math.round((peakW * 0.85) / 500) * 500,
      tiltDeg: random.int(8, 30),
      azimuthDeg: random.int(120, 240),
    },
    battery: null,
    building: {
      floorM2,
      baseW: 400 + floorM2 * random.int(2, 5),
      afternoons: at.place.population >= LARGE_FROM,
      customersAnHour: Math.round(8 + at.place.population / 250),
    },
    devices: [],
  };
}

/** What a charger can give on all its EVSEs, W. */
function chargerPower(charger: ChargerPlan): number {
  return powerOf(charger.maxA, charger.phases) * charger.evses;
}

/** The site with the most EVSEs for alternating current gets a connection that feeds each with little more than 6 A. */
function crowdedSite(sites: SitePlan[], chargers: ChargerPlan[]): SitePlan | undefined {
  const evsesOf = (site: SitePlan) =>
    chargers.filter((each) => each.site === site.id && !each.dc).reduce((sum, each) => sum + each.evses, 0);
  const crowded = sites.reduce<SitePlan | undefined>(
    (most, site) => (most === undefined || evsesOf(site) > evsesOf(most) ? site : most),
    undefined,
  );
  if (crowded) crowded.gridLimitW = Math.max(15_000, Math.round((evsesOf(crowded) * 4000) / 5000) * 5000);
  return crowded;
}

/** Two cards for each EVSE, so that no card is ever at two places at once; and two that are refused. */
function describeTokens(random: Random, chargers: ChargerPlan[]): EstatePlan['tokens'] {
  const count = chargers.reduce((sum, each) => sum + each.evses, 0) * 2;
  const digits = () => String(random.int(0, 99_999)).padStart(5, '0');
  const accepted = Array.from({ length: count }, (_, n) => ({
    token: `PGR${String(n + 1).padStart(5, '0')}${digits()}`,
    status: 'accepted' as const,
  }));
  return [
    ...accepted,
    { token: `PGRBLOCKED${digits()}`, status: 'blocked' },
    { token: `PGREXPIRED${digits()}`, status: 'expired' },
  ];
}
