import { z } from 'zod';
import { REGISTRATIONS, type Registration, type Station } from '#charging/index.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import { messageOf } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { findCredentials, putDevice } from '#storage/registry.ts';
import type { Principal } from '../access.ts';
import type { Desk, Routes } from '../desk.ts';
import { namedQuirks, waysOf } from '../charger-ways.ts';
import { chargerId, secretText, siteId, timeView } from '../fields.ts';
import { knownCharger, knownChargers, unknownCharger } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { includes } from '../roles.ts';
import { evseCode } from '../session-keys.ts';
import { chargerView, viewCharger, type ChargerView } from '../views/charger.ts';

const tags = ['chargers'];
const params = z.strictObject({ id: chargerId });

const chargerBody = z.strictObject({
  site: siteId.nullable().optional(),
  secret: secretText.optional(),
  securityProfile: z.int().min(0).max(3).optional().meta({ description: 'OCPP security profile' }),
  synthetic: z.boolean().optional(),
  quirks: namedQuirks.optional(),
  boot: z
    .enum(REGISTRATIONS)
    .optional()
    .meta({ description: 'What it is told when it boots; a pending charger can be set up and serves nobody' }),
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
      const view = await viewFor(desk, await stationOf(desk, request.params.id), request.principal);
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
      const items = await viewsFor(desk, page.items, request.principal);
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

async function viewFor(desk: Desk, station: Station, reader: Principal | null): Promise<ChargerView> {
  const [view] = await viewsFor(desk, [station], reader);
  if (!view) throw unknownCharger(station.id);
  return view;
}

async function viewsFor({ parts, secrets }: Desk, stations: readonly Station[], reader: Principal | null) {
  const maySeeCodes = reader !== null && includes(reader.role, 'operator');
  const ways = await waysOf(parts.charging, stations);
  return stations.map((station): ChargerView => {
    const codeOf = maySeeCodes ? (evse: number) => evseCode(secrets, station.id, evse) : undefined;
    const view = viewCharger(station, parts.ocpp.connectionOf(station.id), codeOf);
    return { ...view, ...ways(station), boot: parts.charging.registrations.of(station.id) };
  });
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
  if (body.quirks !== undefined) await nameQuirks(desk, id, body.quirks);
  if (body.boot !== undefined) await standAs(desk, id, body.boot);
  return { created, secret };
}

/** How a connected charger is treated is settled when it comes. */
async function nameQuirks({ parts }: Desk, id: string, quirks: readonly string[]): Promise<void> {
  const before = (await parts.charging.quirks.of([id])).get(id) ?? [];
  await parts.charging.quirks.put(id, quirks);
  if (String(before) !== String(quirks.toSorted())) parts.ocpp.disconnect(id, 'Its quirks were changed.');
}

/** A connected charger hears of it: one that is accepted now by booting at once, one that is no longer by coming again. */
async function standAs({ parts, ground }: Desk, id: string, registration: Registration): Promise<void> {
  const before = parts.charging.registrations.of(id);
  await parts.charging.registrations.put(id, registration);
  if (before === registration || !parts.ocpp.connectionOf(id)) return;
  if (before === 'accepted') return parts.ocpp.disconnect(id, `It is ${registration} now.`);
  if (registration !== 'accepted') return;
  // Its answer is not waited for: it boots again by itself, only later.
  void parts.ocpp.command(id, { command: 'trigger', message: 'boot' }).catch((error: unknown) => {
    ground.log.info({ charger: id, error: messageOf(error) }, 'A charger that is accepted was not asked to boot.');
  });
}
