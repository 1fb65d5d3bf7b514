import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';

/** What is the API's, and so is never answered with a page of the console. */
const API_PATHS = /^\/(v1|docs|health|metrics)(\/|\?|$)/;

/** Serves the console's files, and its one page for every path that its own router knows. */
export async function serveConsole(app: FastifyInstance, folder: string, log: Log): Promise<void> {
  const files = await filesIn(folder, log);
  if (!files.has('index.html')) return;
  await app.register(fastifyStatic, { root: folder, serve: false });
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/*',
    config: { access: 'public' },
    schema: { hide: true },
    handler(request, reply) {
      const file = request.params['*'];
      // Built files have their content's hash in their name.
      if (file.startsWith('assets/') && files.has(file)) {
        return reply.sendFile(file, { immutable: true, maxAge: '365d' });
      }
      if (files.has(file)) return reply.sendFile(file, { maxAge: 0 });
      const isPage = !API_PATHS.test(request.url) && (file === '' || request.headers.accept?.includes('text/html'));
      return isPage ? reply.sendFile('index.html', { maxAge: 0 }) : reply.callNotFound();
    },
  });
}

async function filesIn(folder: string, log: Log): Promise<ReadonlySet<string>> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => `${parentPath}${sep}${name}`);
    return new Set(paths.map((path) => path.slice(folder.length).split(sep).filter(Boolean).join('/')));
  } catch (error) {
    log.warn({ folder, error: messageOf(error) }, 'There is no console to serve: it has not been built.');
    return new Set();
  }
}
