import { createHash } from 'node:crypto';
import reference from '@scalar/fastify-api-reference';
import swagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { problemView } from './problem.ts';

/** Describes every route that is registered after it: OpenAPI 3.1 from the zod schemas. */
export async function describe(app: FastifyInstance, version: string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.schema && !route.schema.hide) route.schema = { ...route.schema, ...commonTo(route) };
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'polisgrid',
        version,
        description:
          'Chargers, photovoltaic plants and buildings of the estate. Powers are W, energies Wh; grid import, production, use and charging are positive. What devices say over MQTT is in [/v1/asyncapi.json](/v1/asyncapi.json).',
      },
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          cookie: { type: 'apiKey', in: 'cookie', name: 'polisgrid_session' },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** What every route has: its problems, and how to prove who you are. */
function commonTo({ schema, config }: RouteOptions) {
  const problems = { description: 'A problem', content: { 'application/problem+json': { schema: problemView } } };
  const declared = schema?.response;
  const isPublic = config?.access === 'public';
  return {
    response: { ...(typeof declared === 'object' ? declared : {}), default: problems },
    ...(isPublic
      ? {}
      : { security: [{ bearer: [] }, { cookie: [] }], description: describeAccess(schema?.description, config) }),
  };
}

function describeAccess(description: string | undefined, config: RouteOptions['config']): string {
  const who = `Takes the role ${config?.access}${config?.sessionKey ? ", or the session's own key" : ''}.`;
  return description === undefined ? who : `${description}\n\n${who}`;
}

/** The documentation at /docs, served from here alone: no CDN, no foreign fonts, no proxy. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' };
    });
    scope.addHook('onSend', async (_request, reply, page) => {
      if (typeof page !== 'string' || !page.startsWith('<!doctype')) return page;
      const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
      const hash = createHash('sha256').update(script).digest('base64');
      const policy = reply.getHeader('content-security-policy');
      reply.header('content-security-policy', String(policy).replace("script-src 'self'", `$& 'sha256-${hash}'`));
      return page;
    });
    await scope.register(reference, {
      routePrefix: '/docs',
      configuration: {
        url: '/v1/openapi.json',
        pageTitle: 'polisgrid API',
        favicon: '/icon.svg',
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: 'never',
        mcp: { disabled: true },
        agent: { disabled: true },
      },
    });
  });
}
