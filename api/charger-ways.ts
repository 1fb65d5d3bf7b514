import { z } from 'zod';
import type { Charging, Station } from '#charging/index.ts';
import { QUIRKS, quirksIn } from '#ocpp-server/index.ts';

/** What is known of the ways of a charger, as the API shows it. */
export const waysView = {
  quirks: z
    .array(z.object({ name: z.string(), known: z.enum(['named', 'matched']) }))
    .meta({ description: 'Named for it by a person, or matched by what it says of itself at boot' }),
  deviations: z.int().meta({ description: 'How often it departed from what OCPP has agreed' }),
};

/** Quirks in a request; they take the place of those that were named before. */
export const namedQuirks = z.array(
  z.enum(QUIRKS.map(({ name }) => name)).meta({ description: 'One of GET /v1/quirks' }),
);

type Ways = { [Field in keyof typeof waysView]: z.output<(typeof waysView)[Field]> };

/** The ways of these chargers, in two queries however many they are. */
export async function waysOf(
  { deviations, quirks }: Pick<Charging, 'deviations' | 'quirks'>,
  stations: readonly Station[],
): Promise<(station: Station) => Ways> {
  const ids = stations.map(({ id }) => id);
  const [totals, named] = await Promise.all([deviations.totals(ids), quirks.of(ids)]);
  return ({ id, vendor, model, firmware }) => {
    const known = quirksIn({ vendor, model, firmware, quirks: named.get(id) ?? [] });
    return {
      quirks: known.map(({ quirk, known: how }) => ({ name: quirk.name, known: how })),
      deviations: totals.get(id) ?? 0,
    };
  };
}
