import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = sourceFiles(root);
const product = files.filter((file) => !file.startsWith('tests/') && !/\.test\.tsx?$/.test(file));
const linesWith = (paths: string[], pattern: RegExp) =>
  paths.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );

describe('the habits', () => {
  it('keep the time in estate/clock.ts', () => {
    const elsewhere = product.filter((file) => file !== 'estate/clock.ts' && !file.startsWith('dashboards/console/'));
    const timed = /\bDate\.now\b|\bnew Date\(\)|\b(?:setTimeout|setInterval)\(|\bperformance\.now\b|timers\/promises/;
    expect(linesWith(elsewhere, timed)).toEqual([]);
  });

  it('keep chance in estate/random.ts', () => {
    const elsewhere = product.filter((file) => !['estate/random.ts', 'storage/secrets.ts'].includes(file));
    expect(linesWith(elsewhere, /Math\.random|\brandomBytes\b|\brandomInt\b|\brandomUUID\b/)).toEqual([]);
  });

  it('buy no exception by a comment', () => {
    const exception = new RegExp(
      ['@ts-' + '(ignore|expect-error|nocheck)', '(ox|es)lint-' + 'disable', 'as ' + 'any\\b'].join('|'),
    );
    expect(linesWith(files, exception)).toEqual([]);
  });

  it('have no drawer without a name of its own', () => {
    expect(
      files.filter((file) =>
        /(^|\/)(utils?|helpers?|common|misc|shared|lib|types|services?|manager)(\/|\.tsx?$)/i.test(file),
      ),
    ).toEqual([]);
  });

  it('speak of no other place than the project', () => {
    expect(linesWith(files, new RegExp(['/work' + '/', '/tmp' + '/', '/root' + '/'].join('|')))).toEqual([]);
  });
});

describe('the explicit lists', () => {
  const lists: [string, string][] = [
    ['telemetry/devices', 'telemetry/devices/list.ts'],
    ['telemetry/dialects', 'telemetry/dialects/list.ts'],
    ['api/routes', 'api/routes/list.ts'],
  ];
  it.each(lists)('%s: everything is in %s', (folder, list) => {
    const text = readFileSync(join(root, list), 'utf8');
    const entries = readdirSync(join(root, folder), { withFileTypes: true })
      .filter(({ name }) => !name.endsWith('.test.ts') && name !== 'list.ts')
      .map((entry) => (entry.isDirectory() ? `./${entry.name}/` : `./${entry.name}`));
    expect(entries.filter((entry) => !text.includes(entry))).toEqual([]);
  });
});
