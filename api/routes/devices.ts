import { z } from 'zod';
import { CHARGING_STATION } from '#estate/device.ts';
import { findCredentials, putDevice } from '#storage/registry.ts';
import { DEVICE_TYPES } from '#telemetry/index.ts';
import type { Desk, Routes } from '../desk.ts';
import { deviceId, secretText, siteId } from '../fields.ts';
import { deviceOf, knownDevices } from '../known-devices.ts';
import { linkNext, pageFrom, pageQuery, pageView } from '../pages.ts';
import { deviceView } from '../views/device.ts';

const tags = ['devices'];
const params = z.strictObject({ id: deviceId });
const TYPES = DEVICE_TYPES.map(({ type }) => type).filter((type) => type !== CHARGING_STATION);
const ofSite = z.strictObject({ site: siteId.optional().meta({ description: 'Where the id is not unique' }) });

const deviceBody = z.strictObject({
  site: siteId,
  type: z.enum(TYPES, `The types are ${TYPES.join(', ')}; chargers are registered with PUT /v1/chargers/{id}.`),
  secret: secretText.optional(),
  synthetic: z.boolean().optional(),
});

const registeredView = deviceView
  .extend({ secret: z.string().optional().meta({ description: 'Shown this once' }) })
  .meta({ id: 'RegisteredDevice' });

export const devices: Routes = (app, desk) => {
  app.put(
    '/v1/devices/:id',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary: 'Register a gateway or device, or change it. Without a secret a new one gets a random one',
        params,
        body: deviceBody,
        response: { 200: registeredView, 201: registeredView },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { created, secret } = await register(desk, id, request.body);
      const view = await deviceOf(desk, id, request.body.site);
      return reply.code(created ? 201 : 200).send({ ...view, ...(secret === undefined ? {} : { secret }) });
    },
  );

  app.get(
    '/v1/devices',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Gateways, meters, inverters, sensors with their newest values',
        querystring: z.strictObject({ ...pageQuery, site: siteId.optional() }),
        response: { 200: pageView(deviceView) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const rows = await knownDevices(sourcesOf(desk), query);
      return linkNext(
        request,
        reply,
        pageFrom(rows, query, (device) => `${device.id}/${device.site ?? ''}`),
      );
    },
  );

  single(app, desk);
};

const single: Routes = (app, desk) => {
  app.get(
    '/v1/devices/:id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'A device', params, querystring: ofSite, response: { 200: deviceView } },
    },
    ({ params: { id }, query }) => deviceOf(desk, id, query.site),
  );
};

function sourcesOf({ stores, parts }: Desk) {
  return { records: stores.records, telemetry: parts.telemetry };
}

async function register(
  { stores, parts, secrets, ground, picture }: Desk,
  id: string,
  body: z.infer<typeof deviceBody>,
) {
  const known = await stores.records.run(findCredentials, id);
  const secret = body.secret ?? (known ? undefined : ground.random.text(40));
  const secretMac = secret === undefined ? undefined : secrets.macOf(secret);
  const { created } = await stores.records.run(putDevice, {
    id,
    site: body.site,
    type: body.type,
    synthetic: body.synthetic ?? known?.device.synthetic ?? false,
    ...(secretMac === undefined ? {} : { secretMac }),
    at: ground.clock.now(),
  });
  picture.forget();
  const isAsBefore =
    known?.device.site === body.site &&
    known.device.type === body.type &&
    (secretMac === undefined || secretMac === known.secretMac);
  if (!isAsBefore) parts.telemetry.registered(id);
  return { created, secret };
}
