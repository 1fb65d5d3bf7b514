import { z } from 'zod';
import { keyAt, placeOfKey, WELL_KNOWN, type VariableChoice } from '#charging/index.ts';
import { PolisError } from '#estate/errors.ts';
import { inMessages } from '../both-versions/item-limits.ts';
import type { Block, Moment } from '../messages/block.ts';
import { outbound } from '../messages/outbound.ts';
import { list, maybe, text } from '../messages/tolerant.ts';

/** OCPP 1.6 §5.8. Without keys, all are asked for. */
const getConfiguration = outbound('GetConfiguration', {
  response: z.object({
    configurationKey: list(z.object({ key: text, readonly: maybe(z.boolean()), value: maybe(text) })),
  }),
  async answered({ response, charger, desk, at }) {
    const variables = response.configurationKey.map(({ key, readonly, value }) => ({
      ...placeOfKey(key),
      ...(value === undefined ? {} : { value }),
      ...(readonly === undefined ? {} : { mutability: readonly ? 'ReadOnly' : 'ReadWrite' }),
    }));
    await desk.charging.variables.told({ charger: charger.id, variables, at });
  },
});

/** OCPP 1.6 §5.3. What needs a reboot is kept too: it will hold. */
const changeConfiguration = outbound('ChangeConfiguration', {
  request: z.object({ key: text, value: text }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    if (response.status !== 'Accepted' && response.status !== 'RebootRequired') return;
    const variables = [{ ...placeOfKey(request.key), value: request.value }];
    await desk.charging.variables.told({ charger: charger.id, variables, at });
  },
});

/** Configuration (OCPP 1.6 §5.3, §5.8, §9). */
export const configuration: Block = {
  inbound: [],
  outbound: [getConfiguration, changeConfiguration],
  phrases: {
    async 'get-variables'({ variables }, moment) {
      if (variables.length === 0) return { action: 'GetConfiguration', payload: {} };
      const keys = variables.map(keyOf);
      const parts = inMessages(keys, { items: await mostKeys(moment), bytes: Infinity });
      return parts.map((key) => ({ action: 'GetConfiguration', payload: { key } }));
    },
    'set-variables': ({ variables }) =>
      variables.map(({ variable, value }) => ({
        action: 'ChangeConfiguration',
        payload: { key: keyOf(variable), value },
      })),
    'request-report'({ scope }) {
      if (scope === 'full' || scope === 'configuration') return { action: 'GetConfiguration', payload: {} };
      throw new PolisError('invalid', 'An OCPP 1.6 charger reports all its configuration or, by get-variables, keys.');
    },
  },
};

/** How many keys a charger may be asked for at once (GetConfigurationMaxKeys), as far as it is known. */
async function mostKeys({ charger, charging }: Moment): Promise<number> {
  const [most] = await charging.variables.at(charger.id, [placeOfKey('GetConfigurationMaxKeys')]);
  return Number(most?.value ?? NaN);
}

function keyOf(choice: VariableChoice): string {
  if (choice.by === 'key') return choice.key;
  const place = choice.by === 'place' ? choice.place : null;
  const found = choice.by === 'name' ? WELL_KNOWN[choice.name].key : place && keyAt(place);
  if (found !== null) return found;
  throw new PolisError(
    'invalid',
    `An OCPP 1.6 charger has no ${place ? `${place.component}.${place.variable}` : 'such variable'}; name its key.`,
  );
}
