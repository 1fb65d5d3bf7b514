import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { siteId, timeView } from '../fields.ts';

const quarantinedView = z
  .object({
    site: siteId,
    device: z.string(),
    metric: z.string().nullable().meta({ description: 'null: nothing is taken from the device' }),
    reason: z.string(),
    times: z.int(),
    lastAt: timeView,
  })
  .meta({ id: 'Quarantined' });

export const quarantine: Routes = (app, { parts }) => {
  app.get(
    '/v1/quarantine',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['devices'],
        summary: 'Values that no device type has a place for since the start, the latest first',
        querystring: z.strictObject({ site: siteId.optional() }),
        response: { 200: z.object({ items: z.array(quarantinedView) }) },
      },
    },
    async ({ query: { site } }) => {
      const held = parts.telemetry.quarantine().filter((one) => site === undefined || one.site === site);
      return { items: held.map((one) => ({ ...one, lastAt: isoTime(one.lastAt) })) };
    },
  );
};
