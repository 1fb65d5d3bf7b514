import { z } from 'zod';
import type { Price, PricePlace } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { isoTime } from '#estate/units.ts';
import { getSite } from '#storage/registry.ts';
import type { Desk, Routes } from '../desk.ts';
import { chargerId, siteId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';

const tags = ['prices'];
const perKwh = z.number().min(0).max(1_000).nullable().meta({ description: 'Taxes included; null: no price' });
const currency = z.string().regex(/^[A-Z]{3}$/, 'A currency of ISO 4217: EUR.');

const body = z.strictObject({ perKwh, currency: currency.default('EUR') });
const priceView = z
  .object({ perKwh, currency, since: timeView.nullable().meta({ description: 'Null: no price was ever set' }) })
  .meta({ id: 'Price' });

const PLACES = [
  { scope: 'site', path: '/v1/sites/:id/price', id: siteId, of: "a site's energy" },
  {
    scope: 'charger',
    path: '/v1/chargers/:id/price',
    id: chargerId,
    of: 'energy at one charger, before that of its site',
  },
] as const;

/** A flat price of energy: all that a session's cost is reckoned from. */
export const prices: Routes = (app, desk) => {
  for (const { scope, path, id: field, of } of PLACES) {
    const params = z.strictObject({ id: field });
    app.put(
      path,
      {
        config: { access: 'manager' },
        schema: {
          tags,
          summary: `Set the price of ${of}`,
          description: 'It holds for sessions that begin from then on; those that run keep theirs.',
          params,
          body,
          response: { 200: priceView },
        },
      },
      async (request) => {
        const place = { scope, id: request.params.id };
        await mustExist(desk, place);
        const price = { ...request.body, since: desk.ground.clock.now() };
        await desk.parts.charging.costs.putPrice(place, price);
        return viewPrice(price);
      },
    );

    app.get(
      path,
      {
        config: { access: 'viewer' },
        schema: { tags, summary: `The price of ${of}`, params, response: { 200: priceView } },
      },
      async (request) => {
        const place = { scope, id: request.params.id };
        await mustExist(desk, place);
        const price = await desk.parts.charging.costs.price(place);
        return price ? viewPrice(price) : { perKwh: null, currency: 'EUR', since: null };
      },
    );
  }
};

async function mustExist({ stores }: Desk, { scope, id }: PricePlace): Promise<void> {
  if (scope === 'charger') return chargerMustExist({ stores }, id);
  if (await stores.records.run(getSite, id)) return;
  throw new PolisError('not-found', `There is no site ${id}; register it with PUT /v1/sites/${id}.`);
}

function viewPrice(price: Price): z.infer<typeof priceView> {
  return { ...price, since: isoTime(price.since) };
}
