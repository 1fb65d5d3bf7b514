import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { createDesk, type ApiDeps, type ApiOptions } from './desk.ts';
import { buildServer } from './server.ts';

export type { ApiDeps, ApiOptions } from './desk.ts';
export { ensureFirstAdmin } from './people.ts';

/** The HTTP face of the platform: the API, its docs, and the console's files. */
export interface Api {
  /** Listens; resolves with the port. @throws PolisError `config` when the port is taken. */
  start(): Promise<{ port: number }>;
  /** Ends the streams, lets requests under way end, closes. */
  stop(): Promise<void>;
  /** Answers a request without a socket. */
  inject(request: InjectOptions): Promise<LightMyRequestResponse>;
}

/** How long requests under way may take when the API stops. */
const GRACE_MS = 5 * SECOND;

export function createApi(deps: ApiDeps, options: ApiOptions): Api {
  const desk = createDesk(deps, options);
  let server: ReturnType<typeof buildServer> | null = null;
  const built = () => (server ??= buildServer(desk));

  return {
    async start() {
      const app = await built();
      desk.picture.start();
      desk.live.start();
      try {
        await app.listen({ host: options.host, port: options.port });
      } catch (error) {
        throw cannotListen(error, options);
      }
      // Out of file handles, for example: that must not end the process.
      app.server.on('error', (error) => desk.ground.log.error({ error: error.message }, 'The HTTP port failed.'));
      const address = app.server.address();
      return { port: typeof address === 'object' && address ? address.port : options.port };
    },
    async stop() {
      desk.picture.stop();
      desk.live.stop();
      const app = await built();
      // A connection that is kept alive, or a request that waits for a charger, must not hold up the stop.
      const cutOff = desk.ground.clock.after(GRACE_MS, () => app.server.closeAllConnections());
      await app.close();
      cutOff();
    },
    inject: async (request) => (await built()).inject(request),
  };
}

function cannotListen(error: unknown, { host, port }: ApiOptions): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') return error;
  return new PolisError(
    'config',
    `The HTTP port ${port} on ${host} is taken; choose another with POLISGRID_HTTP_PORT.`,
    {
      cause: error,
    },
  );
}
