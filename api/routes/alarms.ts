import { z } from 'zod';
import type { Routes } from '../desk.ts';
import { flag, siteId } from '../fields.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { alarmView, viewAlarm } from '../views/alarm.ts';

const MOST_ALARMS = 10_000;

export const alarms: Routes = (app, { parts }) => {
  app.get(
    '/v1/alarms',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['alarms'],
        summary: 'What needs a person, and what to do about it',
        querystring: z.strictObject({ ...pageQuery, site: siteId.optional(), active: flag.optional() }),
        response: { 200: pageView(alarmView) },
      },
    },
    async (request, reply) => {
      const { site, active } = request.query;
      const rows = await parts.building.alarms({
        limit: MOST_ALARMS,
        ...(site === undefined ? {} : { site }),
        ...(active === undefined ? {} : { active }),
      });
      const page = pageFrom(rows, request.query, (alarm) => `${alarm.id} ${alarm.since}`);
      return linkNext(request, reply, { ...page, items: page.items.map(viewAlarm) });
    },
  );
};
