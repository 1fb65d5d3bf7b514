import { z } from 'zod';
import type { Station } from '#charging/index.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import { isoTime } from '#estate/units.ts';
import { findCredentials, putDevice } from '#storage/registry.ts';
import type { Principal } from '../access.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, secretText, siteId, timeView } from '../fields.ts';
import { knownCharger, knownChargers, unknownCharger } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { includes } from '../roles.ts';
import { evseCode } from '../session-keys.ts';
import { chargerView, viewCharger } from '../views/charger.ts';

const tags = ['chargers'];
const params = z.strictObject({ id: chargerId });

const chargerBody = z.strictObject({
  site: siteId.nullable().optional(),
  secret: secretText.optional(),
  securityProfile: z.int().min(0).max(3).optional().meta({ description: 'OCPP security profile' }),
  synthetic: z.boolean().optional(),
});

const registeredView = chargerView
  .extend({ secret: z.string().optional().meta({ description: 'Shown this once' }) })
  .meta({ id: 'RegisteredCharger' });

const refusedView = z
  .object({ identity: z.string(), remoteAddress: z.string(), at: timeView, reason: z.string() })
  .meta({ id: 'RefusedHandshake' });

export const chargers: Routes = (app, desk) => {
  app.put(
    '/v1/chargers/:id',
    {
      config: { access: 'manager' },
      schema: {
        tags,
        summary:
          'Register a charger, or change it; what is left out stays. Without a secret a new one gets a random one',
        params,
        body: chargerBody,
        response: { 200: registeredView, 201: registeredView },
      },
    },
    async (request, reply) => {
      const { created, secret } = await register(desk, request.params.id, request.body);
      const view = viewFor(desk, await stationOf(desk, request.params.id), request.principal);
      return reply.code(created ? 201 : 200).send({ ...view, ...(secret === undefined ? {} : { secret }) });
    },
  );

  app.get(
    '/v1/chargers',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'The chargers and the state of their connectors',
        querystring: z.strictObject({ ...pageQuery, site: siteId.optional() }),
        response: { 200: pageView(chargerView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor: after, site } = request.query;
      const rows = await knownChargers(desk, {
        limit: limit + 1,
        ...(site === undefined ? {} : { site }),
        ...(after === undefined ? {} : { after }),
      });
      const page = pageOf(rows, limit, (station) => station.id);
      const items = page.items.map((station) => viewFor(desk, station, request.principal));
      return linkNext(request, reply, { ...page, items });
    },
  );

  single(app, desk);
};

const single: Routes = (app, desk) => {
  app.get(
    '/v1/chargers/refused',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Why chargers were turned away, newest first',
        response: { 200: z.object({ items: z.array(refusedView) }) },
      },
    },
    async () => ({
      items: desk.parts.ocpp.refused().map((refused) => ({ ...refused, at: isoTime(refused.at) })),
    }),
  );

  app.get(
    '/v1/chargers/:id',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'A charger', params, response: { 200: chargerView } },
    },
    async ({ params: { id }, principal }) => viewFor(desk, await stationOf(desk, id), principal),
  );
};

async function stationOf(desk: Desk, id: string): Promise<Station> {
  const station = await knownCharger(desk, id);
  if (!station) throw unknownCharger(id);
  return station;
}

function viewFor({ parts, secrets }: Desk, station: Station, reader: Principal | null) {
  const maySeeCodes = reader !== null && includes(reader.role, 'operator');
  const codeOf = maySeeCodes ? (evse: number) => evseCode(secrets, station.id, evse) : undefined;
  return viewCharger(station, parts.ocpp.connectionOf(station.id), codeOf);
}

/** Registers; a charger that is connected under what no longer holds has to come again. */
async function register(desk: Desk, id: string, body: z.infer<typeof chargerBody>) {
  const { stores, parts, secrets, ground } = desk;
  const known = await stores.records.run(findCredentials, id);
  const secret = body.secret ?? (known ? undefined : ground.random.text(40));
  const secretMac = secret === undefined ? undefined : secrets.macOf(secret);
  const { created } = await stores.records.run(putDevice, {
    id,
    type: CHARGING_STATION,
    site: body.site === undefined ? (known?.device.site ?? null) : body.site,
    synthetic: body.synthetic ?? known?.device.synthetic ?? false,
    ...(secretMac === undefined ? {} : { secretMac }),
    ...(body.securityProfile === undefined ? {} : { securityProfile: body.securityProfile }),
    at: ground.clock.now(),
  });
  desk.picture.forget();
  const changes = (field: unknown, before: unknown) => field !== undefined && field !== before;
  if (
    known &&
    (changes(secretMac, known.secretMac) ||
      changes(body.site, known.device.site) ||
      changes(body.securityProfile, known.securityProfile))
  ) {
    parts.ocpp.disconnect(id, 'Its registration was changed.');
  }
  return { created, secret };
}
