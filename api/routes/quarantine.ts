import { z } from 'zod';
import { CHARGING_STATION } from '#estate/device.ts';
import { isoTime } from '#estate/units.ts';
import { DEVICE_TYPES, GENERIC, type Quarantined } from '#telemetry/index.ts';
import type { Routes } from '../desk.ts';
import { siteId, timeView } from '../fields.ts';

const tags = ['devices'];
const KNOWN = DEVICE_TYPES.map(({ type }) => type).filter((type) => type !== CHARGING_STATION);

const birthView = z.object({
  type: z.string(),
  model: z.string().optional(),
  serial: z.string().optional(),
  metrics: z.record(z.string(), z.looseObject({})).meta({ description: 'As the device announces them' }),
});

const quarantinedView = z
  .object({
    id: z.string(),
    site: siteId,
    device: z.string(),
    metric: z.string().nullable().meta({ description: 'null: nothing is taken from the device' }),
    reason: z.string(),
    times: z.int(),
    firstAt: timeView,
    lastAt: timeView,
    value: z.number().nullable().meta({ description: 'The latest' }),
    birth: birthView.nullable().meta({ description: 'Of a device whose type is unknown: it can be adopted' }),
  })
  .meta({ id: 'Quarantined' });

const adoptionBody = z.strictObject({
  as: z
    .enum([...KNOWN, GENERIC], `The types are ${KNOWN.join(', ')}, or ${GENERIC}.`)
    .meta({ description: `A known type, or "${GENERIC}": with the metrics that its birth announces` }),
});

const adoptionView = z
  .object({
    type: z.string().meta({ description: 'The type that was unknown' }),
    as: z.string().meta({ description: 'What it is taken for from now on' }),
    devices: z.int().meta({ description: 'How many that waited for it are taken with it' }),
    waiting: z.int().meta({ description: 'How many still wait, each with its reason: their births do not fit it' }),
  })
  .meta({ id: 'Adoption' });

export const quarantine: Routes = (app, { parts, picture }) => {
  app.get(
    '/v1/quarantine',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Values that no device type has a place for, and devices of unknown types, the latest first',
        querystring: z.strictObject({ site: siteId.optional() }),
        response: { 200: z.object({ items: z.array(quarantinedView) }) },
      },
    },
    async ({ query: { site } }) => {
      const held = parts.telemetry.quarantine().filter((one) => site === undefined || one.site === site);
      return { items: held.map(viewQuarantined) };
    },
  );

  app.post(
    '/v1/quarantine/:id/adopt',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Adopt the type of a device in quarantine, and with it all devices of that type that fit it',
        params: z.strictObject({ id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/) }),
        body: adoptionBody,
        response: { 200: adoptionView },
      },
    },
    async ({ params: { id }, body }) => {
      const adoption = await parts.telemetry.adopt(id, body.as);
      picture.forget();
      return adoption;
    },
  );
};

function viewQuarantined({ held, firstAt, lastAt, ...one }: Quarantined): z.infer<typeof quarantinedView> {
  const birth = held && viewBirth(held.birth);
  return { ...one, firstAt: isoTime(firstAt), lastAt: isoTime(lastAt), birth };
}

function viewBirth({ type, model, serial, metrics }: NonNullable<Quarantined['held']>['birth']) {
  const made = { ...(model === undefined ? {} : { model }), ...(serial === undefined ? {} : { serial }) };
  return {
    type,
    ...made,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, said]) => [name, { ...said }])),
  };
}
