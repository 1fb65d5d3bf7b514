import { z } from 'zod';
import { DOUBTS, type Doubt, type DoubtfulSession } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, flag, instant, sessionId, siteId, timeView } from '../fields.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { resolutionView, sessionView, viewSession } from '../views/session.ts';

const tags = ['sessions'];
const doubt = z.enum(Object.keys(DOUBTS) as [Doubt, ...Doubt[]]);

const itemView = z
  .object({
    session: sessionView,
    doubts: z.array(
      z.object({
        doubt,
        text: z.string().meta({ description: 'What is the matter, in plain words' }),
        since: timeView,
      }),
    ),
    frames: z.array(
      z.object({
        receivedAt: timeView,
        frame: z.string().meta({ description: 'The OCPP message that raised a doubt, as it came over the wire' }),
      }),
    ),
    resolutions: z.array(resolutionView).meta({ description: 'What can be done: see the settling of a session' }),
    settled: z
      .object({ at: timeView, by: z.string(), resolution: resolutionView, note: z.string().nullable() })
      .nullable(),
  })
  .meta({ id: 'DoubtfulSession' });

const MOST_ENERGY_WH = 10_000_000;

const settlement = z.strictObject({
  resolution: resolutionView.meta({
    description:
      '`accept` the figures as metered, `correct` the energy or the end, `discard` (the energy is 0), `end` one that is active',
  }),
  energyWh: z
    .number()
    .min(0)
    .max(MOST_ENERGY_WH)
    .optional()
    .meta({ description: 'To correct or end: what counts in place of what was metered' }),
  endedAt: instant.optional(),
  note: z.string().trim().min(1).max(1_000).optional(),
});

export const reconciliation: Routes = (app, { parts, ground }) => {
  app.get(
    '/v1/reconciliation',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Sessions with something doubtful that nobody settled yet, newest first',
        querystring: z.strictObject({
          ...pageQuery,
          charger: chargerId.optional(),
          site: siteId.optional(),
          doubt: doubt.optional(),
          settled: flag.default(false).meta({ description: 'true: those that were settled' }),
        }),
        response: { 200: pageView(itemView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor, charger, site, doubt: only, settled } = request.query;
      const rows = await parts.charging.reconciliation.list({
        settled,
        limit: limit + 1,
        ...(cursor === undefined ? {} : { before: cursor }),
        ...(charger === undefined ? {} : { charger }),
        ...(site === undefined ? {} : { site }),
        ...(only === undefined ? {} : { doubt: only }),
      });
      const page = pageOf(rows, limit, (row) => row.session.id);
      return linkNext(request, reply, { ...page, items: page.items.map(viewItem) });
    },
  );

  app.post(
    '/v1/reconciliation/:session/settle',
    {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: 'Settle what is doubtful about a session; a new doubt brings it back to the list',
        params: z.strictObject({ session: sessionId }),
        body: settlement,
        response: { 200: sessionView },
      },
    },
    async ({ params: { session }, body: { resolution, energyWh = null, endedAt = null, note = null }, principal }) => {
      const by = principal?.name ?? '';
      const at = ground.clock.now();
      const given = { session, resolution, energyWh, endedAt, note };
      return viewSession(await parts.charging.reconciliation.settle({ ...given, by, at }));
    },
  );
};

function viewItem({ session, doubts, frames, resolutions }: DoubtfulSession): z.infer<typeof itemView> {
  const { settled } = session;
  return {
    session: viewSession(session),
    doubts: doubts.map((one) => ({ ...one, since: isoTime(one.since) })),
    frames: frames.map(({ receivedAt, frame }) => ({ receivedAt: isoTime(receivedAt), frame })),
    resolutions,
    settled: settled && { ...settled, at: isoTime(settled.at) },
  };
}
