import { z } from 'zod';
import type { Routes } from '../desk.ts';
import { linkNext, pageOf, pageQuery, pageView } from '../pages.ts';
import { ROLES } from '../roles.ts';

const tags = ['people'];
const userName = z
  .string()
  .regex(/^[A-Za-z0-9._@-]{1,64}$/, 'A user name has 1 to 64 characters of A-Z a-z 0-9 . _ @ -.');
const userView = z.object({ user: userName, role: z.enum(ROLES) }).meta({ id: 'User' });

export const users: Routes = (app, { people }) => {
  app.get(
    '/v1/users',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Who may sign in',
        querystring: z.strictObject(pageQuery),
        response: { 200: pageView(userView) },
      },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const rows = await people.list({ limit: limit + 1, ...(cursor === undefined ? {} : { after: cursor }) });
      const page = pageOf(rows, limit, (row) => row.name);
      return linkNext(request, reply, { ...page, items: page.items.map(({ name, role }) => ({ user: name, role })) });
    },
  );

  app.put(
    '/v1/users/:user',
    {
      config: { access: 'admin' },
      schema: {
        tags,
        summary: 'Make a user, or change role and password; a new password ends the sign-ins made with the old one',
        params: z.strictObject({ user: userName }),
        body: z.strictObject({ role: z.enum(ROLES), password: z.string().min(12).max(200).optional() }),
        response: { 200: userView, 201: userView },
      },
    },
    async (request, reply) => {
      const { user } = request.params;
      const { role, password } = request.body;
      const { created } = await people.put({ name: user, role, password });
      return reply.code(created ? 201 : 200).send({ user, role });
    },
  );
};
