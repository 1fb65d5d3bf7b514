import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Within a room, what is above uses what is below, and never the other way. */
const LAYERS: Record<string, readonly string[]> = {
  'ocpp-server': [
    'index.ts',
    'server.ts',
    'commands',
    'fleet',
    'connection',
    'deviations',
    'handshake',
    'dialects.ts',
    'v201',
    'v16',
    'both-versions',
    'messages',
    'wire',
    'quirks',
    'tls',
  ],
  telemetry: [
    'index.ts',
    'telemetry.ts',
    'assembly.ts',
    'records.ts',
    'asyncapi.ts',
    'ingest',
    'store-and-forward',
    'orders',
    'commands',
    'field',
    'broker',
    'access',
    'doors',
    'accounting',
    'dialects',
    'devices',
    'metrics',
  ],
};
/** They hold a room in their hands from outside. */
const FOR_TESTS = /\.test\.ts$|\/specimens\//;

it.each(Object.entries(LAYERS))('%s is built in layers', (room, layers) => {
  const heightOf = (path: string) => layers.length - layers.indexOf(path.split('/')[1] ?? '');
  const files = sourceFiles(root).filter((file) => file.startsWith(`${room}/`) && !FOR_TESTS.test(file));
  expect(
    files.filter((file) => heightOf(file) > layers.length),
    'folders without a layer',
  ).toEqual([]);
  const upward = files.flatMap((file) => {
    const specifiers = readFileSync(join(root, file), 'utf8').matchAll(/\bfrom '(\.\.?\/[^']+)'/g);
    const targets = [...specifiers].map(([, path = '']) => relative(root, join(root, dirname(file), path)));
    return targets.filter((target) => heightOf(target) > heightOf(file)).map((target) => `${file} → ${target}`);
  });
  expect(upward).toEqual([]);
});
