import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { numeric, timeView } from '../fields.ts';
import { listAudit } from '../records.ts';

const entryView = z
  .object({
    at: timeView,
    who: z.string(),
    what: z.string(),
    target: z.string(),
    outcome: z.int().meta({ description: 'The status that was answered' }),
  })
  .meta({ id: 'AuditEntry' });

export const audit: Routes = (app, { stores }) => {
  app.get(
    '/v1/audit',
    {
      config: { access: 'admin' },
      schema: {
        tags: ['people'],
        summary: 'Who changed what, newest first',
        querystring: z.strictObject({ limit: numeric(z.int().min(1).max(1_000)).default(100) }),
        response: { 200: z.object({ items: z.array(entryView) }) },
      },
    },
    async ({ query }) => {
      const entries = await stores.records.run(listAudit, query);
      return { items: entries.map((entry) => ({ ...entry, at: isoTime(entry.at) })) };
    },
  );
};
