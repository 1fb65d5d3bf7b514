import { z } from 'zod';
import type { Routes } from '../desk.ts';

export const metrics: Routes = (app, desk) => {
  app.get(
    '/metrics',
    {
      config: { access: 'public' },
      schema: {
        tags: ['server'],
        summary: 'The figures for Prometheus',
        response: { 200: { description: 'Text exposition format', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const text = await desk.metrics.text();
      return reply.type(desk.metrics.contentType).serializer(String).send(text);
    },
  );
};
