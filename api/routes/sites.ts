import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import { getSite, putSite } from '#storage/registry.ts';
import type { Desk, Routes } from '../desk.ts';
import { siteId } from '../fields.ts';
import { knownChargers } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { siteSummaryView, siteView, summarise } from '../views/site.ts';

const tags = ['sites'];
const params = z.strictObject({ id: siteId });

const siteBody = z.strictObject({
  name: z.string().min(1).max(200),
  latitude: z.number().min(-90).max(90).nullable().default(null),
  longitude: z.number().min(-180).max(180).nullable().default(null),
  gridLimitW: z.number().min(0).max(1e9).nullable().default(null),
  synthetic: z.boolean().default(false),
});

export const sites: Routes = (app, desk) => {
  app.put(
    '/v1/sites/:id',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Register a site, or change it; what is left out is emptied',
        params,
        body: siteBody,
        response: { 200: siteView, 201: siteView },
      },
    },
    async (request, reply) => {
      const site = { id: request.params.id, ...request.body };
      const { created } = await desk.stores.records.run(putSite, site);
      desk.picture.forget();
      return reply.code(created ? 201 : 200).send(site);
    },
  );

  app.get(
    '/v1/sites',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The sites with their worst state and their power now',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(siteSummaryView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor = '' } = request.query;
      const picture = await desk.picture.now();
      const rows = picture.sites.filter((site) => site.id > cursor).slice(0, limit + 1);
      const page = pageOf(rows, limit, (site) => site.id);
      const items = page.items.map((site) => {
        const readings = desk.parts.telemetry.latest(site.id);
        return summarise(site, { ...picture.of(site.id), readings });
      });
      return linkNext(request, reply, { ...page, items });
    },
  );

  app.get(
    '/v1/sites/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'A site with its worst state and its power now',
        params,
        response: { 200: siteSummaryView },
      },
    },
    ({ params: { id } }) => summaryOf(desk, id),
  );
};

async function summaryOf(desk: Desk, id: string) {
  const { stores, parts } = desk;
  const [site, stations, alarms, devices] = await Promise.all([
    stores.records.run(getSite, id),
    knownChargers(desk, { site: id, limit: 10_000 }),
    parts.building.alarms({ site: id, active: true, limit: 10_000 }),
    parts.telemetry.devices({ site: id }),
  ]);
  if (!site) throw new PolisError('not-found', `There is no site ${id}.`);
  return summarise(site, { stations, alarms, devices, readings: parts.telemetry.latest(id) });
}
