import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolisError } from '#estate/errors.ts';
import { HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { readBuiltIn } from './built-in.ts';
import { loadScenario, type LoadOptions } from './load.ts';

const SMALL = 'estate: { sites: 2 }\nstages: [{ for: 1m }]\n';

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-scenario-'))));
afterAll(() => rm(folder, { recursive: true }));

/** Loads `scenario.yaml` of files that are written side by side. */
async function load(files: Record<string, string>, options: LoadOptions = {}) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return loadScenario(join(folder, 'scenario.yaml'), options);
}

/** What is said of it, without the folder. */
async function saidOf(files: Record<string, string>, options: LoadOptions = {}): Promise<string[]> {
  try {
    await load(files, options);
    return [];
  } catch (error) {
    if (!(error instanceof PolisError) || error.code !== 'invalid') throw error;
    return error.message.replaceAll(`${folder}/`, '').split('\n');
  }
}

/** A stage with faults of each form, before the others. */
function readFaults(): string {
  return `stages:
  - name: first
    for: 1m
    faults:
      - { fault: cut, on: { chargers: 20 %, gateways: { site: a, id: [b] } }, after: 1s, for: 2s, backWithin: 1s }
      - { fault: malformed, share: 0.3, kinds: [cut, types] }
    expect: { connected: "= 100 %", calls.p99: "<= 3 ms" }`;
}

type Path = readonly (string | number)[];

/** The paths of all that stands in a value. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).map(
    ([key, each]: [string, unknown]) => [Array.isArray(value) ? Number(key) : key, each] as const,
  );
  return [path, ...inner.flatMap(([key, each]) => pathsOf(each, [...path, key]))];
}

/** The value with something else at a path. */
function replaced(value: unknown, [key, ...path]: Path, by: unknown): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return by;
  if (Array.isArray(value)) return value.map((each: unknown, n) => (n === key ? replaced(each, path, by) : each));
  return Object.fromEntries(
    Object.entries(value).map(([name, each]: [string, unknown]) => [
      name,
      name === key ? replaced(each, path, by) : each,
    ]),
  );
}

describe('a wrong scenario', () => {
  const cases = z
    .array(z.object({ title: z.string(), yaml: z.array(z.string()), says: z.array(z.string()) }))
    .parse(JSON.parse(readFileSync(new URL('cases/wrong.json', import.meta.url), 'utf8')));

  it.each(cases)('with $title is told file, line, column and what was expected', async ({ yaml, says }) => {
    const said = await saidOf({ 'scenario.yaml': `${yaml.join('\n')}\n` });
    expect(said).toEqual(says);
  });

  it('is told where it is wrong in what it includes', async () => {
    const said = await saidOf({
      'scenario.yaml': 'include: [ground.yaml]\nestate: { sites: 2 }\nspeed: 0\nstages:\n  - for: 1x\n',
      'ground.yaml':
        '# The ground.\nfleet:\n  plugged: ${share}\nstages:\n  - for: 1m\n  - { for: 2m, faults: [{ fault: cutt }] }\n',
    });
    expect(said).toEqual([
      'ground.yaml:3:12: fleet.plugged is "${share}"; there is no variable share: the scenario has none.',
      'ground.yaml:6:34: stages[1].faults[0].fault is "cutt"; did you mean "cut"?',
      'scenario.yaml:3:8: speed is 0; a number from 0.1 to 1000 is expected.',
      'scenario.yaml:5:10: stages[0].for is "1x"; a duration is expected, as in 30s, 5m or 2h.',
    ]);
  });

  it('is told of a circle of includes and of one that is no YAML, each once', async () => {
    const said = await saidOf({
      'scenario.yaml': 'include: [one.yaml, broken.yaml]\n',
      'one.yaml': 'include: [scenario.yaml]\n',
      'broken.yaml': 'estate: [\n',
    });
    expect(said).toHaveLength(2);
    expect(said[0]).toBe(
      'one.yaml:1:11: this goes in a circle: scenario.yaml includes one.yaml includes scenario.yaml.',
    );
    expect(said[1]).toMatch(/^broken\.yaml:2:1: this is no YAML: /);
  });

  it('is told no more than twenty mistakes', async () => {
    const stages = Array.from({ length: 25 }, () => '  - for: long\n').join('');
    const said = await saidOf({ 'scenario.yaml': `estate: { sites: 2 }\nstages:\n${stages}` });
    expect(said).toHaveLength(21);
    expect(said[0]).toMatch(/^scenario\.yaml:3:10: stages\[0\]\.for/);
    expect(said[20]).toBe('5 more of the kind.');
  });

  it('is wrong in words, whatever stands anywhere', async () => {
    const whole: unknown = parse(readBuiltIn('firmware-wave').replace('stages:', readFaults()));
    for (const path of pathsOf(whole)) {
      for (const odd of [null, -1, '', 'x', [], {}, [null], { x: {} }, '${', '${x}', '__proto__']) {
        const yaml = stringify(replaced(whole, path, odd));
        const said = await saidOf({ 'scenario.yaml': yaml });
        for (const each of said) expect(each).toMatch(/^(scenario\.yaml:\d+:\d+: .+[.?]|\d+ more of the kind\.)$/);
      }
    }
  });

  it.each([
    ['blackot', 'blackot is no built-in scenario and no file (as my.yaml is); did you mean "blackout"?'],
    ['no-such-file.yaml', 'no-such-file.yaml cannot be read: '],
    ['.', '. cannot be read: '],
  ])('called %s is not found', (name, message) => {
    expect(() => loadScenario(name)).toThrow(message);
  });
});

describe('a scenario', () => {
  it('needs little', async () => {
    expect(await load({ 'scenario.yaml': SMALL })).toEqual({
      name: 'scenario',
      title: 'scenario',
      about: '',
      seed: '1',
      estate: { sites: 2, chargers: null, devices: true, grid: 'unlimited', weather: 'drawn' },
      fleet: {
        drivers: true,
        arrivals: 1,
        visitors: 'town',
        plugged: 0,
        connections: 'gateways',
        meterValuesMs: MINUTE,
        readingsMs: MINUTE,
        manners: 'as-built',
      },
      start: { kind: 'yesterday', timeMs: 7.5 * HOUR },
      stepMs: SECOND,
      speed: 1,
      drainMs: MINUTE,
      stages: [{ name: 'stage 1', forMs: MINUTE, faults: [], orders: [], expect: [] }],
      expect: [],
    });
  });

  it('says whom its faults befall, when and how', async () => {
    const { stages } = await load({
      'scenario.yaml': `
estate: { sites: 2 }
stages:
  - for: 40s
    faults:
      - { fault: cut, on: { chargers: 20 % }, after: 5s, for: 10s, backWithin: 3s }
      - { fault: reboot, on: { sites: 3 } }
      - { fault: cut, on: { gateways: { site: barolo }, chargers: { vendor: Levante, id: [a, b] } }, after: 30s }
    orders:
      - { command: { command: reset, type: soft }, on: { chargers: 10 }, after: 2s }
`,
    });
    const [all, none] = [{ kind: 'all' }, { kind: 'none' }];
    expect(stages[0]?.faults).toMatchObject([
      {
        fault: 'cut',
        parameters: { backWithin: 3000 },
        on: { sites: all, chargers: { kind: 'share', share: 0.2 }, gateways: none },
        afterMs: 5000,
        forMs: 10_000,
      },
      { on: { sites: { kind: 'count', count: 3 }, chargers: all, gateways: all }, afterMs: 0, forMs: 40_000 },
      {
        on: {
          chargers: { kind: 'those', vendor: 'Levante', ids: ['a', 'b'] },
          gateways: { kind: 'those', site: 'barolo' },
        },
        forMs: 10_000,
      },
    ]);
    expect(stages[0]?.orders).toEqual([
      { command: { command: 'reset', type: 'soft' }, on: { kind: 'count', count: 10 }, afterMs: 2000 },
    ]);
  });

  it('takes from what it includes, and wins over it', async () => {
    const scenario = await load({
      'scenario.yaml': `
include: [ground.yaml]
title: Mine
variables: { share: 0.5 }
fleet: { plugged: "\${share}" }
stages: [{ name: last, for: 3m }]
expect: { lag: "<= 9", queued: "= 0" }
`,
      'ground.yaml': `
title: Ground
variables: { share: 0.1, sites: 7 }
estate: { sites: "\${sites}" }
fleet: { drivers: false, plugged: 0.9 }
stages: [{ name: first, for: 2m }]
expect: { lag: "<= 5", differences: "= 0" }
`,
    });
    expect(scenario).toMatchObject({ title: 'Mine', estate: { sites: 7 }, fleet: { drivers: false, plugged: 0.5 } });
    expect(scenario.stages.map(({ name }) => name)).toEqual(['first', 'last']);
    expect(scenario.expect.map(({ figure, value }) => [figure, value])).toEqual([
      ['queued', 0],
      ['differences', 0],
      ['lag', 9],
    ]);
  });

  it('may begin with a built-in one', async () => {
    const scenario = await load(
      { 'scenario.yaml': 'include: [blackout]\nstages: [{ name: more, for: 1m }]\n' },
      { set: { sites: '3' } },
    );
    expect(scenario).toMatchObject({ title: 'Blackout', estate: { sites: 3 } });
    expect(scenario.stages.at(-1)?.name).toBe('more');
  });

  it('has the seed that it is given', async () => {
    expect((await load({ 'scenario.yaml': `${SMALL}seed: 42\n` })).seed).toBe('42');
    expect((await load({ 'scenario.yaml': `${SMALL}seed: 42\n` }, { seed: '7' })).seed).toBe('7');
  });
});

describe('a variable', () => {
  const text = `
variables: { sites: 5, devices: true, minutes: 3, who: 10 % }
estate: { sites: "\${sites}", devices: "\${devices}" }
about: "\${sites} sites for \${minutes} min"
stages: [{ for: "\${minutes}m", faults: [{ fault: reboot, on: { chargers: "\${who}" } }] }]
`;

  it('keeps its type where it stands alone, and is text within text', async () => {
    const scenario = await load({ 'scenario.yaml': text });
    expect(scenario).toMatchObject({ estate: { sites: 5, devices: true }, about: '5 sites for 3 min' });
    expect(scenario.stages[0]).toMatchObject({ forMs: 3 * MINUTE, faults: [{ on: { chargers: { share: 0.1 } } }] });
  });

  it('is overridden in its own type', async () => {
    const set = { sites: '12', devices: 'false', minutes: '0.5', who: 'all' };
    const scenario = await load({ 'scenario.yaml': text }, { set });
    expect(scenario).toMatchObject({ estate: { sites: 12, devices: false }, stages: [{ forMs: 30_000 }] });
  });

  it.each([
    [{ site: '3' }, '--set site=3: site is no variable of the scenario; did you mean "sites"?'],
    [{ sites: 'many' }, '--set sites=many: a number is expected.'],
    [{ devices: 'no' }, '--set devices=no: true or false is expected.'],
    [
      { who: 'few' },
      'scenario.yaml:5:74: stages[0].faults[0].on.chargers is "few" (${who}); all, a share ("20 %"), a count or a map as in { id: … } is expected.',
    ],
  ])('that is set to %j is refused', async (set, message) => {
    expect(await saidOf({ 'scenario.yaml': text }, { set })).toEqual([message]);
  });
});
