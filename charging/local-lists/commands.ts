import { z } from 'zod';

const token = z.string().min(1).max(36);

/** The list of tokens that a charger knows by itself. */
export const localListCommands = [
  z.strictObject({
    command: z.literal('send-local-list'),
    mode: z.enum(['full', 'differential']).default('differential').meta({
      description:
        'Differential: what changed since the list was last sent; in full where it is not known what the charger holds. A charger that answers VersionMismatch is sent the list in full at once',
    }),
    tokens: z
      .union([z.literal('all'), z.array(token).max(10_000)])
      .optional()
      .meta({ description: 'In full: what it is to hold. Differential: what to add. Absent: as it was; all at first' }),
  }),
  z.strictObject({ command: z.literal('get-local-list-version') }),
] as const;
