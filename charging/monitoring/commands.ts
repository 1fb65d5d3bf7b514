import { z } from 'zod';

const name = z.string().min(1).max(50);
const severity = z.int().min(0).max(9).meta({ description: '0 danger, 1 hardware, 2 system, 3 critical … 9 debug' });

const place = {
  component: name,
  componentInstance: name.optional(),
  evse: z.int().min(0).max(1_000).optional(),
  connector: z.int().min(1).max(1_000).optional(),
  variable: name,
  variableInstance: name.optional(),
};

/** What may be asked of a charger about what it watches. */
export const monitoringCommands = [
  z.strictObject({
    command: z.literal('set-monitors'),
    monitors: z
      .array(
        z.strictObject({
          ...place,
          type: z.enum(['upper-threshold', 'lower-threshold', 'delta', 'periodic', 'periodic-clock-aligned']),
          value: z.number().meta({ description: 'The threshold or the change; of a periodic monitor the period, s' }),
          severity,
          inTransaction: z.boolean().default(false).meta({ description: 'Only while a transaction runs' }),
          id: z.int().min(0).optional().meta({ description: 'That of the monitor it replaces' }),
        }),
      )
      .min(1)
      .max(1_000),
  }),
  z.strictObject({ command: z.literal('clear-monitors'), ids: z.array(z.int().min(0)).min(1).max(1_000) }),
  z.strictObject({
    command: z.literal('set-monitoring-base'),
    base: z.enum(['all', 'factory-default', 'hard-wired-only']),
  }),
  z.strictObject({ command: z.literal('set-monitoring-level'), severity }),
  z.strictObject({
    command: z.literal('get-monitors'),
    criteria: z
      .array(z.enum(['threshold', 'delta', 'periodic']))
      .min(1)
      .max(3)
      .optional(),
    variables: z
      .array(z.strictObject({ ...place, variable: name.optional() }))
      .min(1)
      .max(1_000)
      .optional(),
  }),
] as const;
