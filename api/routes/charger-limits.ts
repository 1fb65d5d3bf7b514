import { z } from 'zod';
import type { ExternalLimit, StatedNeeds } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { scheduleView, viewSchedule, viewTime } from '../views/charging-schedule.ts';

const externalView = z.object({
  source: z.string().meta({ description: 'EMS: an energy manager; SO: the grid; CSO: the operator' }),
  gridCritical: z.boolean().nullable(),
  schedule: scheduleView.nullable().meta({ description: 'What it allows, where the charger said so' }),
  since: timeView,
});

const needsView = z.object({
  session: z.string().nullable(),
  mode: z.enum(['ac', 'dc']),
  phases: z.number().nullable(),
  energyWh: z.number().nullable(),
  departsAt: timeView.nullable(),
  maxCurrentA: z.number().nullable(),
  maxPowerW: z.number().nullable(),
  socPercent: z.number().nullable(),
  at: timeView,
});

const limitView = z
  .object({
    evse: z.int().meta({ description: '0: the station' }),
    transaction: z.string().nullable(),
    limitA: z
      .number()
      .nullable()
      .meta({ description: 'Per phase; null: no limit. Without a transaction, of one that begins now' }),
    profile: z.int().nullable().meta({ description: 'The number of the profile that sets it' }),
    until: timeView.nullable().meta({ description: 'When it will be another, within a day' }),
    external: z.array(externalView).meta({ description: 'Limits that others than us have set' }),
    needs: needsView.nullable().meta({ description: 'What the car asked for over its cable' }),
  })
  .meta({ id: 'EvseLimit' });

export const chargerLimits: Routes = (app, { stores, parts, ground }) => {
  app.get(
    '/v1/chargers/:id/limits',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'What limits each EVSE of a charger now, and what its car needs',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(limitView) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await chargerMustExist({ stores }, id);
      const { profiles } = parts.charging;
      const [limits, external, needs] = await Promise.all([
        profiles.limits(id, ground.clock.now()),
        profiles.externalLimits(id),
        profiles.needs(id),
      ]);
      const items = limits.map(({ evse, transaction, limit, until }) => ({
        evse,
        transaction,
        limitA: limit?.limitA ?? null,
        profile: limit?.number ?? null,
        until: viewTime(until),
        external: external.filter((one) => one.evse === evse).map(viewExternal),
        needs: viewNeeds(needs.find((one) => one.evse === evse)),
      }));
      return linkNext(
        request,
        reply,
        pageFrom(items, request.query, ({ evse }) => String(evse)),
      );
    },
  );
};

function viewExternal({ source, gridCritical, schedule, since }: ExternalLimit): z.infer<typeof externalView> {
  const told = schedule && viewSchedule(schedule, schedule.startsAt ?? since);
  return { source, gridCritical, schedule: told, since: isoTime(since) };
}

function viewNeeds(stated: StatedNeeds | undefined): z.infer<typeof needsView> | null {
  if (!stated) return null;
  const { charger: _charger, evse: _evse, departsAt, at, ...needs } = stated;
  return { ...needs, departsAt: viewTime(departsAt), at: isoTime(at) };
}
