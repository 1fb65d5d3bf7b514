import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';

const reportView = z
  .object({
    request: z.int(),
    askedAt: timeView,
    cleared: z.boolean().meta({ description: 'The charger was also told to forget it' }),
    complete: z.boolean(),
    text: z.string(),
  })
  .meta({ id: 'CustomerInformation' });

/** Personal data: for managers, and only for a day. */
export const chargerCustomerInformation: Routes = (app, desk) => {
  app.get(
    '/v1/chargers/:id/customer-information',
    {
      config: { access: 'manager' },
      schema: {
        tags: ['chargers'],
        summary: 'What a charger told of customers in the last day when it was asked, newest first',
        params: z.strictObject({ id: chargerId }),
        response: { 200: z.object({ items: z.array(reportView) }) },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist(desk, id);
      const reports = await desk.parts.charging.customerReports.list(id);
      return {
        items: reports.map(({ request, askedAt, cleared, complete, text }) => {
          return { request, askedAt: isoTime(askedAt), cleared, complete, text };
        }),
      };
    },
  );
};
