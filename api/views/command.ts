import { z } from 'zod';

export const commandResultView = z
  .object({
    outcome: z.enum(['accepted', 'rejected', 'failed', 'timed-out', 'expired', 'unknown']),
    response: z.unknown().meta({ description: "The device's own answer, or null" }),
  })
  .meta({ id: 'CommandResult' });
