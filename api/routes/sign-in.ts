import { z } from 'zod';
import { clearCookies, sessionCookie, setCookies } from '../access.ts';
import type { Routes } from '../desk.ts';
import { ROLES } from '../roles.ts';

const tags = ['people'];

export const signIn: Routes = (app, { people }) => {
  app.post(
    '/v1/sign-in',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Sign in; the answer sets the cookies polisgrid_session and polisgrid_csrf',
        body: z.strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(200) }),
        response: { 204: z.null().meta({ description: 'Signed in' }) },
      },
    },
    async (request, reply) => {
      const fresh = await people.signIn({ ...request.body, address: request.ip });
      request.principal = { ...fresh.user, csrf: fresh.csrf };
      setCookies(request, reply, fresh);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/v1/sign-out',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Sign out',
        response: { 204: z.null().meta({ description: 'Signed out' }) },
      },
    },
    async (request, reply) => {
      const token = sessionCookie(request);
      if (token !== undefined) await people.signOut(token);
      clearCookies(request, reply);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/v1/me',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Who is signed in',
        response: { 200: z.object({ user: z.string(), role: z.enum(ROLES) }).meta({ id: 'Me' }) },
      },
    },
    async ({ principal }) => ({ user: principal?.name ?? 'guest', role: principal?.role ?? 'viewer' }),
  );
};
