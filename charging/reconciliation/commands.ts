import { z } from 'zod';

export const reconciliationCommands = [
  z.strictObject({
    command: z.literal('transaction-status'),
    transaction: z
      .string()
      .min(1)
      .max(36)
      .optional()
      .meta({ description: 'As the charger knows it; without one: whether it has messages of any to deliver' }),
  }),
] as const;
