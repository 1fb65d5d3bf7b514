import { z } from 'zod';

/** What a session costs, told to the station that shows it. */
export const costCommands = [
  z.strictObject({
    command: z.literal('cost'),
    session: z.string().min(1).max(64).meta({ description: 'Its id, or its transaction as the charger knows it' }),
    amount: z
      .number()
      .min(0)
      .max(1_000_000)
      .meta({ description: 'So far or in all, taxes included, in the currency that the station is set to' }),
  }),
] as const;
