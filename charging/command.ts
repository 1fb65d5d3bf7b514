import { z } from 'zod';

const evse = z.int().min(0).max(1000);

/**
 * What a person or the building may ask of a charger, free of protocol versions. 1.6 knows connectors only: there
 * `evse` is the connector's number.
 */
export const chargerCommand = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('start'),
    token: z.string().min(1).max(36),
    evse: evse.optional(),
    connector: evse.optional(),
  }),
  z.strictObject({ command: z.literal('stop'), transaction: z.string().min(1).max(36) }),
  z.strictObject({
    command: z.literal('reset'),
    type: z.enum(['soft', 'hard']).default('soft'),
    evse: evse.optional(),
  }),
  z.strictObject({ command: z.literal('unlock'), evse: evse.default(1), connector: evse.default(1) }),
  z.strictObject({
    command: z.literal('limit'),
    evse,
    /** Per phase, A. */
    limitA: z.number().min(0).max(1000),
    phases: z.int().min(1).max(3).default(3),
    /** With it the limit holds for that transaction (TxProfile), else for each to come (TxDefaultProfile). */
    transaction: z.string().min(1).max(36).optional(),
    /** Seconds for which it holds; then it lapses. */
    durationS: z.int().min(1).max(604_800).optional(),
  }),
  z.strictObject({ command: z.literal('clear-limit'), evse }),
  z.strictObject({ command: z.literal('availability'), evse: evse.default(0), operative: z.boolean() }),
]);

export type ChargerCommand = z.infer<typeof chargerCommand>;
