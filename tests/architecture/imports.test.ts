import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Who may import whom: the very table of docs/decisions/0001-the-house.md. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  estate: [],
  storage: ['estate'],
  charging: ['estate', 'storage'],
  'ocpp-server': ['estate', 'storage', 'charging'],
  telemetry: ['estate', 'storage'],
  building: ['estate', 'storage'],
  api: ['estate', 'storage', 'charging', 'ocpp-server', 'telemetry', 'building'],
  dashboards: ['estate'],
  simulators: ['estate'],
};
const PARTS = ['charging', 'ocpp-server', 'telemetry', 'building', 'api'];
const ANYWHERE = new Set([
  'tests',
  'main.ts',
  'cli.ts',
  'config.ts',
  'version.ts',
  'vitest.config.ts',
  'bin',
  'scripts',
]);

interface Import {
  file: string;
  room: string;
  /** The imported path from the root, or a package's name. */
  target: string;
  targetRoom: string | null;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const room = file.split('/')[0] ?? '';
  const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|new URL\(\s*)'((?:#|\.\.?\/)[^']+)'/g)].map(
    (found) => found[1] ?? '',
  );
  return specifiers.map((specifier) => {
    const target = specifier.startsWith('#')
      ? specifier.slice(1)
      : relative(root, join(root, dirname(file), specifier));
    return { file, room, target, targetRoom: target.split('/')[0] ?? null };
  });
}

const files = sourceFiles(root);
const all = files.filter((file) => !file.endsWith('.test.ts')).flatMap(importsOf);

describe('the rooms', () => {
  it('are all in the table', () => {
    const rooms = new Set(files.map((file) => file.split('/')[0] ?? ''));
    expect([...rooms].filter((room) => !(room in MAY_IMPORT) && !ANYWHERE.has(room))).toEqual([]);
  });

  it.each(Object.entries(MAY_IMPORT))('%s imports only what it may', (room, allowed) => {
    const forbidden = all.filter(
      (one) => one.room === room && one.targetRoom !== room && !allowed.includes(one.targetRoom ?? ''),
    );
    expect(forbidden.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('know each other by the public face only', () => {
    const inside = all.filter(
      ({ room, targetRoom, target }) =>
        room in MAY_IMPORT &&
        room !== targetRoom &&
        PARTS.includes(targetRoom ?? '') &&
        target !== `${targetRoom}/index.ts`,
    );
    expect(inside.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });

  it('name the file they import with its ending', () => {
    const endings = all.filter(
      ({ target, room }) => !/\.(tsx?|json|css|js)$/.test(target) && room !== 'dashboards' && !target.includes('dist'),
    );
    expect(endings.map(({ file, target }) => `${file} → ${target}`)).toEqual([]);
  });
});
