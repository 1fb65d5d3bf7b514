import { z } from 'zod';
import type { InstalledProfile } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { viewTime } from '../views/charging-schedule.ts';

const profileView = z
  .object({
    number: z.int().meta({ description: "The charger's number for it" }),
    evse: z.int().meta({ description: '0: the station, or as a default each of its EVSEs' }),
    purpose: z.enum(['station-maximum', 'default', 'transaction', 'external']),
    kind: z.enum(['absolute', 'daily', 'weekly', 'relative']),
    stackLevel: z.int(),
    unit: z.enum(['A', 'W']),
    periods: z.array(z.object({ startS: z.number(), limit: z.number(), phases: z.int().nullable() })),
    startsAt: timeView.nullable(),
    durationS: z.number().nullable(),
    validFrom: timeView.nullable(),
    validTo: timeView.nullable(),
    transaction: z.string().nullable(),
    source: z
      .enum(['ours', 'reported'])
      .meta({ description: 'reported: the charger told of it, we did not set it so' }),
    since: timeView,
  })
  .meta({ id: 'ChargingProfile' });

export const chargerProfiles: Routes = (app, { stores, parts, ground }) => {
  app.get(
    '/v1/chargers/:id/profiles',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'The charging profiles that a charger is believed to hold',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(profileView) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await chargerMustExist({ stores }, id);
      const profiles = await parts.charging.profiles.list(id, ground.clock.now());
      const page = pageFrom(profiles, request.query, ({ number }) => String(number));
      return linkNext(request, reply, { ...page, items: page.items.map(viewProfile) });
    },
  );
};

function viewProfile({ charger: _charger, ...profile }: InstalledProfile): z.infer<typeof profileView> {
  const { startsAt, validFrom, validTo, since } = profile;
  return {
    ...profile,
    startsAt: viewTime(startsAt),
    validFrom: viewTime(validFrom),
    validTo: viewTime(validTo),
    since: isoTime(since),
  };
}
