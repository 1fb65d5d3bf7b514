import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { scheduleView, viewSchedule } from '../views/charging-schedule.ts';

const toldView = scheduleView
  .extend({
    evse: z.int().meta({ description: '0: the station' }),
    kind: z.enum(['composite', 'car']).meta({
      description: 'composite: what its profiles come to; car: what the car means to take',
    }),
    at: timeView.meta({ description: 'When it was told' }),
  })
  .meta({ id: 'ChargingSchedule' });

export const chargerSchedules: Routes = (app, { stores, parts }) => {
  app.get(
    '/v1/chargers/:id/schedules',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The schedules that a charger told; ask for one with the command composite-schedule',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(toldView) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await chargerMustExist({ stores }, id);
      const told = await parts.charging.profiles.schedules(id);
      const page = pageFrom(told, request.query, ({ evse, kind }) => `${evse}/${kind}`);
      return linkNext(request, reply, {
        ...page,
        items: page.items.map(({ evse, kind, at, ...schedule }) => ({
          evse,
          kind,
          at: isoTime(at),
          ...viewSchedule(schedule, schedule.startsAt),
        })),
      });
    },
  );
};
