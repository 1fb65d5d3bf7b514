import { z } from 'zod';
import type { VariablesReport } from '#charging/index.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { pageView } from '../pages.ts';

/** As many as are remembered of a charger. */
const MOST = 50;

const reportView = z
  .object({
    request: z.int().meta({ description: 'The number by which its parts name it' }),
    scope: z.enum(['full', 'configuration', 'summary', 'custom']),
    state: z
      .enum(['asked', 'receiving', 'complete', 'incomplete', 'refused'])
      .meta({ description: 'incomplete: parts are missing, and none came for five minutes' }),
    askedAt: timeView,
    heardAt: timeView.nullable().meta({ description: 'When its last part came' }),
    completedAt: timeView.nullable(),
    parts: z.int(),
    partsInAll: z.int().nullable().meta({ description: 'Known once the last one came' }),
    reason: z.string().nullable().meta({ description: 'Why it was refused' }),
  })
  .meta({ id: 'ChargerReport' });

export const chargerReports: Routes = (app, { stores, parts }) => {
  app.get(
    '/v1/chargers/:id/reports',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The reports that a charger was asked for (request-report), newest first, and how far each has come',
        params: z.strictObject({ id: chargerId }),
        response: { 200: pageView(reportView) },
      },
    },
    async ({ params: { id } }) => {
      await chargerMustExist({ stores }, id);
      const reports = await parts.charging.variables.reports({ charger: id, limit: MOST });
      return { items: reports.map(viewReport), next: null };
    },
  );
};

function viewReport(report: VariablesReport): z.infer<typeof reportView> {
  const { request, scope, state, parts, partsInAll, reason } = report;
  const time = (at: Millis | null) => (at === null ? null : isoTime(at));
  return {
    request,
    scope,
    state,
    askedAt: isoTime(report.askedAt),
    heardAt: time(report.heardAt),
    completedAt: time(report.completedAt),
    parts,
    partsInAll,
    reason,
  };
}
