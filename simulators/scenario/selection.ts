import { z } from 'zod';

/** Which of the chargers, or of the gateways. */
export type Selection =
  | { kind: 'all' }
  | { kind: 'none' }
  /** From 0 to 1. */
  | { kind: 'share'; share: number }
  | { kind: 'count'; count: number }
  /** Those that all of these hold for. */
  | { kind: 'those'; vendor?: string; protocol?: string; site?: string; ids?: readonly string[] };

/** Whom something befalls: of all that stands at some sites, these chargers and these gateways. */
export interface Befalls {
  sites: Selection;
  chargers: Selection;
  gateways: Selection;
}

const ALL: Selection = { kind: 'all' };
const NONE: Selection = { kind: 'none' };
export const EVERYONE: Befalls = { sites: ALL, chargers: ALL, gateways: ALL };

/** The makers of the simulated chargers. */
const VENDOR_NAMES = ['Brennero', 'Elettra', 'Levante'];

const EXPECTED = 'all, a share ("20 %"), a count or a map as in { id: … } is expected';

const all = z
  .literal('all', { error: EXPECTED })
  .transform(() => ALL)
  .describe('Every one.');
const share = z
  .string({ error: EXPECTED })
  .regex(/^(?:100|\d{1,2}(?:\.\d+)?) ?%$/, { error: EXPECTED })
  .transform((text): Selection => ({ kind: 'share', share: Number.parseFloat(text) / 100 }))
  .describe('A share, rounded up and drawn by the seed: 20 %.');
const count = z
  .int({ error: EXPECTED })
  .min(1, { error: EXPECTED })
  .transform((number): Selection => ({ kind: 'count', count: number }))
  .describe('So many, drawn by the seed; all where there are fewer.');

const name = z.string().min(1);
const site = name.optional().describe('Those of one site.');
const id = z
  .union([name.transform((one) => [one]), z.array(name).min(1)], { error: 'an id or a list of ids is expected' })
  .optional()
  .describe('These alone.');

const sites = z
  .union([all, share, count, z.strictObject({ id }).transform(those).describe('These sites.')], { error: EXPECTED })
  .meta({ id: 'sites', title: 'Sites', description: 'All that stands at which sites.' });
const chargers = z
  .union(
    [
      all,
      share,
      count,
      z
        .strictObject({
          vendor: z.enum(VENDOR_NAMES).optional().describe('Those of one maker.'),
          protocol: z.enum(['ocpp1.6', 'ocpp2.0.1']).optional().describe('Those that speak one version.'),
          site,
          id,
        })
        .transform(those)
        .describe('Those for which all of these hold.'),
    ],
    { error: EXPECTED },
  )
  .meta({ id: 'chargers', title: 'Chargers', description: 'Which chargers.' });
const gateways = z
  .union([all, share, count, z.strictObject({ site, id }).transform(those).describe('Those for which both hold.')], {
    error: EXPECTED,
  })
  .meta({ id: 'gateways', title: 'Gateways', description: 'Which gateways.' });

type Those = Extract<Selection, { kind: 'those' }>;

function those({
  id: ids,
  ...given
}: { [key in Exclude<keyof Those, 'kind' | 'ids'>]?: string | undefined } & { id?: string[] | undefined }): Selection {
  const known = Object.entries({ ...given, ids }).filter(([, value]) => value !== undefined);
  return { kind: 'those', ...Object.fromEntries(known) };
}

/** Whom a fault befalls; without it all. */
export const befalls = z
  .strictObject({ sites: sites.optional(), chargers: chargers.optional(), gateways: gateways.optional() })
  .refine((on) => Object.keys(on).length > 0, { error: 'sites, chargers or gateways are expected' })
  .transform((on): Befalls => {
    const others = on.chargers || on.gateways ? NONE : ALL;
    return { sites: on.sites ?? ALL, chargers: on.chargers ?? others, gateways: on.gateways ?? others };
  })
  .meta({
    id: 'on',
    title: 'On',
    description: 'Whom it befalls: chargers, gateways or both, at all sites or at some. Without it all.',
  });

/** Whom an operator orders something; without it all chargers. */
export const ordered = z
  .strictObject({ chargers })
  .transform((on) => on.chargers)
  .describe('Which chargers; without it all.');
