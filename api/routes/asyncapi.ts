import { z } from 'zod';
import type { Routes } from '../desk.ts';

export const asyncapi: Routes = (app, { parts, options }) => {
  app.get(
    '/v1/asyncapi.json',
    {
      config: { access: 'public' },
      schema: {
        tags: ['server'],
        summary: 'What devices say and hear over MQTT: an AsyncAPI 3.0 document',
        response: { 200: z.looseObject({}) },
      },
    },
    async () => ({ ...parts.telemetry.contract({ version: options.version, url: options.mqttUrl() }) }),
  );
};
