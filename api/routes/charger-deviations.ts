import { z } from 'zod';
import { DEVIATIONS } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { QUIRKS } from '#ocpp-server/index.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';

const deviationView = z
  .object({
    action: z.string(),
    field: z.string().meta({ description: 'Its path; [] stands for each item of a list' }),
    kind: z.string(),
    meaning: z.string(),
    count: z.int(),
    firstAt: timeView,
    lastAt: timeView,
    example: z.string().nullable().meta({ description: 'What was found there of late, shortened' }),
  })
  .meta({ id: 'Deviation' });

const quirkView = z
  .object({
    name: z.string(),
    about: z.string(),
    switches: z.record(z.string(), z.unknown()).meta({ description: 'What is done differently for such a charger' }),
  })
  .meta({ id: 'Quirk' });

export const chargerDeviations: Routes = (app, { stores, parts }) => {
  app.get(
    '/v1/chargers/:id/deviations',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'How a charger departs from what OCPP has agreed, the most frequent first; all of it is served',
        params: z.strictObject({ id: chargerId }),
        response: { 200: z.object({ items: z.array(deviationView) }) },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist({ stores }, id);
      const deviations = await parts.charging.deviations.of(id);
      return {
        items: deviations.map((deviation) => ({
          ...deviation,
          meaning: DEVIATIONS[deviation.kind],
          firstAt: isoTime(deviation.firstAt),
          lastAt: isoTime(deviation.lastAt),
        })),
      };
    },
  );

  app.get(
    '/v1/quirks',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The ways of chargers that are known, which may be named for a charger',
        response: { 200: z.object({ items: z.array(quirkView) }) },
      },
    },
    () => Promise.resolve({ items: QUIRKS.map(({ name, about, switches = {} }) => ({ name, about, switches })) }),
  );
};
