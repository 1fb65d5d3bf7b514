import { z } from 'zod';
import type { Routes } from '../desk.ts';

export const openapi: Routes = (app) => {
  app.get(
    '/v1/openapi.json',
    {
      config: { access: 'public' },
      schema: { tags: ['server'], summary: 'This document', response: { 200: z.looseObject({}) } },
    },
    async () => ({ ...app.swagger() }),
  );
};
