import { z } from 'zod';
import type { Station } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import type { Site } from '#estate/site.ts';
import { distanceM, type Place } from '../distance.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, flag, numeric, siteId } from '../fields.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { connectorStateView } from '../views/charger.ts';

const tags = ['drivers'];

const stationView = z
  .object({
    id: chargerId,
    site: siteId,
    name: z.string(),
    latitude: z.number(),
    longitude: z.number(),
    distanceM: z.number().nullable().meta({ description: 'From the place asked for, as the crow flies' }),
    evses: z.array(
      z.object({
        evse: z.int(),
        connectors: z.array(z.object({ connector: z.int(), state: connectorStateView })),
        available: z.boolean(),
      }),
    ),
    available: z.int().meta({ description: 'How many EVSEs are free' }),
    synthetic: z.boolean(),
  })
  .meta({ id: 'Station' });

type StationView = z.infer<typeof stationView>;

const search = z
  .strictObject({
    ...pageQuery,
    lat: numeric(z.number().min(-90).max(90)).optional(),
    lon: numeric(z.number().min(-180).max(180)).optional(),
    radius_m: numeric(z.number().min(1).max(20_100_000)).optional(),
    available: flag.optional(),
  })
  .refine(({ lat, lon }) => (lat === undefined) === (lon === undefined), 'Give lat and lon together.')
  .refine(({ lat, radius_m: radius }) => radius === undefined || lat !== undefined, 'A radius needs lat and lon.');

export const stations: Routes = (app, desk) => {
  app.get(
    '/v1/stations',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Find a charging station: the nearest first where a place is given',
        querystring: search,
        response: { 200: pageView(stationView) },
      },
    },
    async (request, reply) => {
      const { lat, lon, radius_m: radius, available } = request.query;
      const near = lat === undefined || lon === undefined ? null : { latitude: lat, longitude: lon };
      const found = (await placed(desk, near))
        .filter((station) => available === undefined || station.available > 0 === available)
        .filter((station) => radius === undefined || (station.distanceM ?? 0) <= radius)
        .toSorted((a, b) => (a.distanceM ?? 0) - (b.distanceM ?? 0) || (a.id < b.id ? -1 : 1));
      return linkNext(
        request,
        reply,
        pageFrom(found, request.query, (station) => station.id),
      );
    },
  );

  app.get(
    '/v1/stations/:id',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'A charging station',
        params: z.strictObject({ id: chargerId }),
        response: { 200: stationView },
      },
    },
    async ({ params: { id } }) => {
      const station = (await placed(desk, null)).find((one) => one.id === id);
      if (!station) throw new PolisError('not-found', `There is no station ${id} on the map.`);
      return station;
    },
  );
};

/** The stations that stand somewhere: those of sites with coordinates. */
async function placed({ picture }: Desk, near: Place | null): Promise<StationView[]> {
  const estate = await picture.now();
  return estate.sites.flatMap((site) => {
    const { latitude, longitude } = site;
    if (latitude === null || longitude === null) return [];
    const distance = near && Math.round(distanceM(near, { latitude, longitude }));
    return estate.of(site.id).stations.map((station) => ({
      id: station.id,
      site: site.id,
      name: site.name,
      latitude,
      longitude,
      distanceM: distance,
      ...evsesOf(station),
      synthetic: isSynthetic(station, site),
    }));
  });
}

function isSynthetic(station: Station, site: Site): boolean {
  return station.synthetic || site.synthetic;
}

/** The EVSEs as a driver sees them: at a station that does not answer, none can be used. */
function evsesOf({ connectors, online }: Station): Pick<StationView, 'evses' | 'available'> {
  const plugs = connectors.filter(({ evse }) => evse > 0);
  const evses = [...Map.groupBy(plugs, ({ evse }) => evse)].map(([evse, group]) => {
    const states = group.map(({ connector, state }) => ({
      connector,
      state: online ? state : ('unavailable' as const),
    }));
    return { evse, connectors: states, available: states.some(({ state }) => state === 'available') };
  });
  return { evses, available: evses.filter((evse) => evse.available).length };
}
