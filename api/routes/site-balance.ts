import { z } from 'zod';
import { PolisError } from '#estate/errors.ts';
import type { SiteId } from '#estate/ids.ts';
import { getSite } from '#storage/registry.ts';
import { duration, instant, siteId } from '../fields.ts';
import type { Desk, Routes } from '../desk.ts';
import { balancePointView, balanceOf } from '../site-balance.ts';
import { rangeOf } from '../range.ts';

const tags = ['sites'];
const params = z.strictObject({ id: siteId });

/** Sun, grid, building and cars of a site, and how its power was shared out. */
export const siteBalance: Routes = (app, desk) => {
  app.get(
    '/v1/sites/:id/power',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The mean power of grid, sun, building and cars, step by step; the last day unless told',
        params,
        querystring: z.strictObject({
          from: instant.optional(),
          to: instant.optional(),
          step: duration.default(300),
        }),
        response: { 200: z.object({ points: z.array(balancePointView) }) },
      },
    },
    async ({ params: { id }, query }) => {
      await siteMustExist(desk, id);
      return { points: await balanceOf(desk, id, rangeOf(query, desk.ground.clock.now())) };
    },
  );

  app.get(
    '/v1/sites/:id/decision',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How the power was last shared out: inputs, who got what, and why',
        description: 'null where no power was shared out: the site has no limit, or no car has charged there.',
        params,
        response: { 200: z.unknown() },
      },
    },
    async ({ params: { id } }, reply) => {
      await siteMustExist(desk, id);
      return reply.send(desk.parts.building.decision(id));
    },
  );
};

async function siteMustExist({ stores }: Desk, id: SiteId): Promise<void> {
  if (!(await stores.records.run(getSite, id))) throw new PolisError('not-found', `There is no site ${id}.`);
}
