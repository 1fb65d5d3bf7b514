import { readdirSync } from 'node:fs';
import fastify, { type RouteOptions } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createDesk } from './desk.ts';
import { ROUTES } from './routes/list.ts';
import { openSpecimen, type Specimen } from './specimen.ts';

const operation = z.looseObject({
  summary: z.string().min(1),
  description: z.string().optional(),
  tags: z.array(z.string()).min(1),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), z.unknown()),
});
const document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

const nameOf = ({ method, url }: RouteOptions) => `${String(method)} ${url.replaceAll(/:(\w+)/g, '{$1}')}`;

describe('the OpenAPI document', () => {
  let specimen: Specimen;
  let described: z.infer<typeof document>;
  const routes: RouteOptions[] = [];
  const operations = () =>
    Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]) => ({ name: `${method.toUpperCase()} ${path}`, ...one })),
    );

  beforeAll(async () => {
    specimen = await openSpecimen();
    const bare = fastify({ exposeHeadRoutes: false });
    bare.addHook('onRoute', (route) => void routes.push(route));
    for (const register of Object.values(ROUTES)) register(bare, createDesk(specimen.deps, specimen.options));
    described = document.parse((await specimen.api.inject({ url: '/v1/openapi.json' })).json());
  });
  afterAll(() => specimen[Symbol.asyncDispose]());

  it('is OpenAPI 3.1, and every reference in it leads somewhere', () => {
    expect(described.openapi).toBe('3.1.0');
    const references = [...JSON.stringify(described).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter(([, name]) => !(String(name) in described.components.schemas))).toEqual([]);
  });

  it('has every route, and no other', () => {
    expect(
      operations()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(routes.map(nameOf).toSorted());
  });

  it('says of each route who may use it, and what goes wrong', () => {
    const open = routes.filter(({ config }) => config?.access === 'public').map(nameOf);
    const closed = operations().filter(({ security }) => security !== undefined);
    expect(
      operations()
        .filter(({ security }) => security === undefined)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(open.toSorted());
    expect(closed.filter(({ description }) => !description?.includes('Takes the role'))).toEqual([]);
    expect(operations().filter(({ responses }) => !('default' in responses))).toEqual([]);
  });

  it('is made of every file of the folder', () => {
    const files = readdirSync(new URL('./routes', import.meta.url)).map((file) => file.replace('.ts', ''));
    expect(Object.keys(ROUTES).toSorted()).toEqual(files.filter((file) => file !== 'list').toSorted());
  });
});
