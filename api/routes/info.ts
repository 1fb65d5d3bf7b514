import { z } from 'zod';
import type { Routes } from '../desk.ts';

export const info: Routes = (app, { options }) => {
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
    }),
  );
};
