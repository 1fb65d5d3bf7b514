import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { timeView } from '../fields.ts';

const deadLetterView = z
  .object({
    id: z.string(),
    at: timeView,
    topic: z.string(),
    reason: z.string(),
    payload: z.string().meta({ description: 'At most 4 KiB of it' }),
  })
  .meta({ id: 'DeadLetter' });

export const deadLetters: Routes = (app, { parts }) => {
  app.get(
    '/v1/dead-letters',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['devices'],
        summary: 'The latest MQTT messages that could not be used, and why, the latest first',
        response: { 200: z.object({ items: z.array(deadLetterView) }) },
      },
    },
    async () => ({ items: parts.telemetry.deadLetters().map((one) => ({ ...one, at: isoTime(one.at) })) }),
  );
};
