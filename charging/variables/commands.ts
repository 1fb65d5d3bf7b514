import { z } from 'zod';
import { WELL_KNOWN_NAMES } from './names.ts';
import { ATTRIBUTES, isSecretVariable, placeOf, type VariableChoice } from './variable.ts';

const word = z.string().min(1).max(50);
const ordinal = z.int().min(1).max(1000);

/** By component and variable, as in OCPP 2.0.1. */
const where = {
  componentInstance: word.optional(),
  evse: ordinal.optional(),
  connector: ordinal.optional(),
  variable: word.optional(),
  variableInstance: word.optional(),
};

/** One variable: by name, or by key, or by its place. */
const which = {
  name: z.enum(WELL_KNOWN_NAMES).optional().meta({ description: 'A variable that both versions have' }),
  key: word.optional().meta({ description: 'In place of the name: a configuration key of OCPP 1.6' }),
  component: word.optional().meta({ description: 'In place of the name, with `variable`: as in OCPP 2.0.1' }),
  ...where,
  attribute: z.enum(ATTRIBUTES).optional(),
};

type Which = z.output<z.ZodObject<typeof which>>;

function chosen({ name, key, component, variable, ...rest }: Which, context: z.RefinementCtx): VariableChoice {
  const given = [name, key, component].filter((one) => one !== undefined).length;
  if (given === 1 && name !== undefined) return { by: 'name', name };
  if (given === 1 && key !== undefined) return { by: 'key', key };
  if (given === 1 && component !== undefined && variable !== undefined) {
    const { componentInstance = null, evse = null, connector = null, variableInstance = null, attribute } = rest;
    const place = { component, componentInstance, evse, connector, variable, variableInstance };
    return { by: 'place', place: placeOf({ ...place, ...(attribute === undefined ? {} : { attribute }) }) };
  }
  context.addIssue({ code: 'custom', message: 'Say which: by name, or by key, or by component and variable.' });
  return z.NEVER;
}

const value = z
  .union([z.string().max(2_500), z.number(), z.boolean()])
  .transform(String)
  .meta({ description: 'As the charger is to have it' });

/** One variable that is to change. A command is kept on record, and a secret must not be. */
function changed({ value: wanted, ...rest }: Which & { value: string }, context: z.RefinementCtx) {
  if (isSecretVariable(rest.key ?? rest.variable ?? '')) {
    context.addIssue({ code: 'custom', message: 'A secret is not set like this: give the charger a new password.' });
    return z.NEVER;
  }
  return { variable: chosen(rest, context), value: wanted };
}

const url = z.string().regex(/^wss?:\/\/\S{1,500}$/, 'A URL that begins with ws:// or wss://.');

/** OCPP 2.0.1 part 2 §2.31 NetworkConnectionProfileType. */
const networkProfile = z.strictObject({
  url,
  version: z.enum(['1.6', '2.0']).default('2.0').meta({ description: 'OCPP' }),
  interface: z
    .enum(['Wired0', 'Wired1', 'Wired2', 'Wired3', 'Wireless0', 'Wireless1', 'Wireless2', 'Wireless3'])
    .default('Wired0'),
  messageTimeoutS: z.int().min(1).max(3_600).default(30),
  securityProfile: z.int().min(1).max(3),
  apn: z
    .strictObject({
      name: z.string().min(1).max(512),
      user: z.string().max(20).optional(),
      password: z.string().max(20).optional(),
      simPin: z.int().min(0).optional(),
      network: z.string().max(6).optional(),
      onlyThatNetwork: z.boolean().optional(),
      authentication: z.enum(['CHAP', 'NONE', 'PAP', 'AUTO']).default('AUTO'),
    })
    .optional(),
  vpn: z
    .strictObject({
      server: z.string().min(1).max(512),
      user: z.string().max(20),
      group: z.string().max(20).optional(),
      password: z.string().max(20),
      key: z.string().max(255),
      type: z.enum(['IKEv2', 'IPSec', 'L2TP', 'PPTP']),
    })
    .optional(),
});

/** What a charger is set to: asked, changed, reported. */
export const variableCommands = [
  z.strictObject({
    command: z.literal('get-variables'),
    variables: z
      .array(z.strictObject(which).transform(chosen))
      .max(500)
      .default([])
      .meta({ description: 'Of an OCPP 1.6 charger none means all' }),
  }),
  z
    .strictObject({ command: z.literal('set-variable'), ...which, value })
    .transform((given, context) => ({ command: 'set-variables' as const, variables: [changed(given, context)] })),
  z.strictObject({
    command: z.literal('set-variables'),
    variables: z
      .array(z.strictObject({ ...which, value }).transform(changed))
      .min(1)
      .max(500),
  }),
  z.strictObject({
    command: z.literal('request-report'),
    scope: z.enum(['full', 'configuration', 'summary', 'custom']).default('full'),
    criteria: z
      .array(z.enum(['active', 'available', 'enabled', 'problem']))
      .max(4)
      .default([])
      .meta({ description: 'Of a custom report: components that are so' }),
    variables: z
      .array(z.strictObject({ component: word, ...where }))
      .max(500)
      .default([])
      .meta({ description: 'Of a custom report: these; a component without a variable is reported whole' }),
  }),
  z.strictObject({
    command: z.literal('set-network-profile'),
    slot: z.int().min(0).max(100),
    profile: networkProfile,
  }),
] as const;
