import { z } from 'zod';
import { ATTRIBUTES, keyOfPlace, placesOfName, WELL_KNOWN_NAMES, type Variable } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { chargerId, timeView } from '../fields.ts';
import { chargerMustExist } from '../known-chargers.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';

const name = z.enum(WELL_KNOWN_NAMES);
const word = z.string().min(1).max(200);

const variableView = z
  .object({
    name: name.nullable().meta({ description: 'Its name in both versions, if it has one' }),
    component: z.string().meta({ description: 'Configuration: it is a key of OCPP 1.6' }),
    componentInstance: z.string().nullable(),
    evse: z.int().nullable(),
    connector: z.int().nullable(),
    variable: z.string(),
    variableInstance: z.string().nullable(),
    attribute: z.enum(ATTRIBUTES),
    value: z.string().nullable().meta({ description: 'Null also where it is a secret' }),
    mutability: z.string().nullable(),
    dataType: z.string().nullable(),
    unit: z.string().nullable(),
    min: z.number().nullable(),
    max: z.number().nullable(),
    values: z.string().nullable().meta({ description: 'Those it may have, separated by commas' }),
    readAt: timeView,
  })
  .meta({ id: 'ChargerVariable' });

export const chargerVariables: Routes = (app, { stores, parts }) => {
  app.get(
    '/v1/chargers/:id/variables',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['chargers'],
        summary: 'What a charger is set to and says of itself, as it last told; get-variables reads it anew',
        params: z.strictObject({ id: chargerId }),
        querystring: z.strictObject({
          ...pageQuery,
          component: word.optional(),
          variable: word.optional(),
          name: name.optional(),
        }),
        response: { 200: pageView(variableView) },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { limit, cursor, component, variable, name: asked } = request.query;
      await chargerMustExist({ stores }, id);
      const rows = await parts.charging.variables.list({
        charger: id,
        limit: limit + 1,
        ...(component === undefined ? {} : { component }),
        ...(variable === undefined ? {} : { variable }),
        ...(asked === undefined ? {} : { places: placesOfName(asked) }),
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      const page = pageOf(rows, limit, keyOfPlace);
      return linkNext(request, reply, { ...page, items: page.items.map(viewVariable) });
    },
  );
};

function viewVariable({ readAt, ...variable }: Variable): z.infer<typeof variableView> {
  return { ...variable, readAt: isoTime(readAt) };
}
