import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import type { Routes } from '../desk.ts';
import { timeView } from '../fields.ts';

export const info: Routes = (app, { options, ground }) => {
  app.get(
    '/v1/info',
    {
      config: { access: 'public' },
      schema: {
        tags: ['server'],
        summary: 'What runs here, and where the field connects',
        response: {
          200: z.object({
            name: z.string(),
            version: z.string(),
            synthetic: z.boolean().meta({ description: 'The demo estate runs' }),
            ocppUrl: z.string(),
            ocppsUrl: z.string().nullable().meta({ description: 'Behind TLS, for security profiles 2 and 3' }),
            mqttUrl: z.string(),
            mqttsUrl: z.string().nullable().meta({ description: 'Behind TLS, with a secret or a client certificate' }),
            mqttWsUrl: z.string().nullable().meta({ description: 'Over WebSocket' }),
            mqttWssUrl: z.string().nullable().meta({ description: 'Over WebSocket behind TLS' }),
            now: timeView.meta({ description: 'The time by which the server judges what it hears' }),
            speed: z.number().nullable().meta({ description: 'How fast simulated time passes; null: time is real' }),
          }),
        },
      },
    },
    async () => ({
      name: 'polisgrid',
      version: options.version,
      synthetic: options.demo,
      ocppUrl: options.ocppUrl(),
      ocppsUrl: options.ocppsUrl?.() ?? null,
      mqttUrl: options.mqttUrl(),
      mqttsUrl: options.mqttsUrl?.() ?? null,
      mqttWsUrl: options.mqttWsUrl?.() ?? null,
      mqttWssUrl: options.mqttWssUrl?.() ?? null,
      now: isoTime(ground.clock.now()),
      speed: options.speed ?? null,
    }),
  );
};
