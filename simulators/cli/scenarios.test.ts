import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BUILT_IN } from '../scenario/built-in.ts';
import { type Command, runCommand } from './command.ts';
import { check, scenarios, schema, settings } from './scenarios.ts';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-scenarios-'))));
afterAll(() => rm(folder, { recursive: true }));

/** What a command writes, and its exit code. */
async function run(command: Command, ...words: string[]) {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = await runCommand(command, words);
    return { code, out: out.mock.calls.join(''), err: err.mock.calls.join('') };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('polisgrid sim scenarios', () => {
  it('lists each built-in one within 100 columns', async () => {
    const { code, out } = await run(scenarios);
    expect(code).toBe(0);
    for (const name of BUILT_IN) expect(out).toMatch(new RegExp(`^${name} `, 'm'));
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('polisgrid sim schema', () => {
  it('prints a JSON Schema', async () => {
    const { code, out } = await run(schema);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' });
  });
});

describe('polisgrid sim check', () => {
  it('says what a well-formed scenario does', async () => {
    const { code, out } = await run(check, 'blackout', '--set', 'sites=20');
    expect(code).toBe(0);
    expect(out).toContain('blackout is well-formed.');
    expect(out).toContain('Blackout: 20 sites, 3m 15s of simulated time in 3m 15s.');
    expect(out).toMatch(/^back within 5 s {3}45s {4}cut$/m);
  });

  it('says all that is wrong, and ends with 2', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'estate: { sites: 0 }\nstages: []\n');
    const { code, out, err } = await run(check, file);
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n')).toEqual([
      `${file}:1:18: estate.sites is 0; a whole number from 1 to 7000 is expected.`,
      `${file}:2:9: stages is an empty list; at least one entry is expected.`,
    ]);
  });

  it.each([
    [[]],
    [['one', 'two']],
    [['no-such-file.yaml']],
    [['blackout', '--set', 'sites']],
    [['blackout', '--set', 'a=1']],
  ])('with %j ends with 2', async (words) => {
    expect((await run(check, ...words)).code).toBe(2);
  });
});

describe('settings', () => {
  it('are names and values, which may hold an equals sign', () => {
    expect(settings(['sites=20', 'url=http://a/?b=c', 'empty='])).toEqual({
      sites: '20',
      url: 'http://a/?b=c',
      empty: '',
    });
    expect(settings()).toEqual({});
  });
});
