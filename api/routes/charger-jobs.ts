import { z } from 'zod';
import type { Job } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, siteId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';

const tags = ['chargers'];
const kind = z.enum(['firmware-update', 'publication', 'log-upload', 'diagnostics-upload']);
const state = z.enum(['running', 'done', 'failed', 'superseded', 'lost']);

const jobView = z
  .object({
    id: z.string(),
    charger: chargerId,
    site: siteId.nullable(),
    kind,
    request: z.int().nullable().meta({ description: 'The number by which the charger knows it' }),
    terms: z
      .object({
        url: z.string().optional().meta({ description: 'Its credentials are hidden' }),
        retrieveAt: timeView.optional(),
        installAt: timeView.optional(),
        retries: z.int().optional(),
        retryIntervalS: z.int().optional(),
        signed: z.boolean().optional(),
        log: z.string().optional(),
        from: timeView.optional(),
        to: timeView.optional(),
        checksum: z.string().optional(),
      })
      .nullable()
      .meta({ description: 'What was asked; null: the charger does it of its own accord' }),
    state,
    history: z.array(z.object({ state: z.string(), at: timeView })).meta({ description: 'Oldest first' }),
    fileName: z.string().nullable(),
    locations: z.array(z.string()).meta({ description: 'Where a published firmware can be fetched' }),
  })
  .meta({ id: 'ChargerJob' });

const filters = { ...pageQuery, kind: kind.optional(), state: state.optional() };

/** What chargers do on their own when asked, and how far they are. */
export const chargerJobs: Routes = (app, desk) => {
  const { jobs } = desk.parts.charging;

  app.get(
    '/v1/chargers/:id/jobs',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The firmware updates and log uploads of a charger, newest first',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(filters),
        response: { 200: pageView(jobView) },
      },
    },
    async (request, reply) => {
      await chargerMustExist(desk, request.params.id);
      const rows = await jobs.list({ charger: request.params.id, ...queryOf(request.query) });
      const page = pageOf(rows, request.query.limit, (job) => job.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewJob) });
    },
  );

  app.get(
    '/v1/jobs',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The firmware updates and log uploads of all chargers, newest first',
        querystring: z.strictObject({ ...filters, site: siteId.optional() }),
        response: { 200: pageView(jobView) },
      },
    },
    async (request, reply) => {
      const { site } = request.query;
      const rows = await jobs.list({ ...queryOf(request.query), ...(site === undefined ? {} : { site }) });
      const page = pageOf(rows, request.query.limit, (job) => job.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewJob) });
    },
  );

  app.get(
    '/v1/jobs/:job',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'A firmware update or a log upload',
        params: z.strictObject({ job: z.string().max(64) }),
        response: { 200: jobView },
      },
    },
    async ({ params }) => {
      const job = await jobs.job(params.job);
      if (!job) throw new PolisError('not-found', `There is no job ${params.job}; GET /v1/jobs lists them.`);
      return viewJob(job);
    },
  );
};

function queryOf({ limit, cursor, kind: of, state: outcome }: z.output<z.ZodObject<typeof filters>>) {
  return {
    limit: limit + 1,
    ...(cursor === undefined ? {} : { before: cursor }),
    ...(of === undefined ? {} : { kind: of }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}

function viewJob({ outcome, states, terms, ...job }: Job): z.infer<typeof jobView> {
  return {
    ...job,
    state: outcome,
    history: states.map(({ state: said, at }) => ({ state: said, at: isoTime(at) })),
    terms: terms && {
      ...terms,
      retrieveAt: timeOf(terms.retrieveAt),
      installAt: timeOf(terms.installAt),
      from: timeOf(terms.from),
      to: timeOf(terms.to),
    },
  };
}

function timeOf(at: Millis | undefined): string | undefined {
  return at === undefined ? undefined : isoTime(at);
}
