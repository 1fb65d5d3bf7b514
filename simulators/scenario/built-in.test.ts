import { readdirSync } from 'node:fs';
import fastify from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FAULTS } from '../faults/list.ts';
import { polisEstate } from '../estate/polis.ts';
import { BUILT_IN, readBuiltIn } from './built-in.ts';
import { scenarioJsonSchema } from './json-schema.ts';
import { scenarioSchema } from './language.ts';
import { loadScenario } from './load.ts';
import { lengthOf } from './scenario.ts';
import { resolveStart } from './start.ts';

/** Judges by the published JSON Schema alone. */
const judge = fastify({
  ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false, strict: false } },
});
judge.post('/', { schema: { body: scenarioJsonSchema(scenarioSchema) } }, () => 'well-formed');
afterAll(() => judge.close());

async function judged(yaml: string): Promise<string> {
  const answer = await judge.inject({ method: 'POST', url: '/', payload: parse(yaml) });
  return answer.statusCode === 200 ? answer.body : answer.json<{ message: string }>().message;
}

describe('the built-in scenarios', () => {
  it('are all in the list', () => {
    const files = readdirSync(new URL('../scenarios', import.meta.url));
    expect(files.toSorted()).toEqual(BUILT_IN.map((name) => `${name}.yaml`).toSorted());
  });

  it.each(BUILT_IN)(
    '%s is well-formed, also by the published JSON Schema, and small where that is wanted',
    async (name) => {
      expect(await judged(readBuiltIn(name))).toBe('well-formed');
      const scenario = loadScenario(name, { set: { sites: '20' } });
      expect(scenario).toMatchObject({ name, estate: { sites: 20 } });
      expect(scenario.title).not.toBe(name);
      expect(scenario.expect.map(({ figure }) => figure)).toContain('differences');
    },
  );

  it.each(BUILT_IN)('%s says what it is for, and can be over by now', (name) => {
    expect(readBuiltIn(name)).toMatch(/^# .+\n(# .+\n)*# For the question: /m);
    const now = Date.parse('2026-11-22T00:30:00Z');
    const scenario = loadScenario(name);
    // What begins now and takes its time has no future.
    const isReal = scenario.start.kind === 'now' && scenario.speed === 1;
    const endsMs = resolveStart(scenario.start, now, lengthOf(scenario)) + lengthOf(scenario);
    expect(isReal ? now : endsMs).toBeLessThanOrEqual(now);
    expect(lengthOf(scenario) / scenario.speed).toBeLessThanOrEqual(600_000);
  });

  it('use faults of the list', () => {
    const used = BUILT_IN.flatMap((name) =>
      loadScenario(name).stages.flatMap(({ faults }) => faults.map(({ fault }) => fault)),
    );
    const known = FAULTS.map(({ name }) => name);
    expect(used.filter((fault) => !known.includes(fault))).toEqual([]);
  });
});

describe('the published JSON Schema', () => {
  it.each([
    ['a variable where a number may stand', 'estate: { sites: "${sites}" }'],
    ['a variable within a duration', 'stages: [{ for: "${minutes}m" }]'],
    ['a variable for a choice', 'estate: { grid: "${grid}" }'],
    ['a file that is to be included', 'fleet: { plugged: 0.2 }'],
    ['a share of chargers', 'stages: [{ for: 1m, faults: [{ fault: cut, on: { chargers: 20 % } }] }]'],
  ])('takes %s', async (_, yaml) => {
    expect(await judged(yaml)).toBe('well-formed');
  });

  it.each([
    ['an unknown key', 'titel: x'],
    ['a text for a number', 'speed: fast'],
    ['a duration without a unit', 'stages: [{ for: 60 }]'],
    ['a stage without a duration', 'stages: [{ name: x }]'],
    ['an unknown fault', 'stages: [{ for: 1m, faults: [{ fault: cutt }] }]'],
    ['a parameter of another fault', 'stages: [{ for: 1m, faults: [{ fault: reboot, backWithin: 5s }] }]'],
    ['an unknown figure', 'expect: { call.p99: "<= 1" }'],
    ['a condition in another unit', 'expect: { calls.p99: "<= 1 s" }'],
  ])('refuses %s', async (_, yaml) => {
    expect(await judged(yaml)).not.toBe('well-formed');
  });
});

describe('the makers that a scenario may name', () => {
  it('are those of the chargers', async () => {
    const vendors = new Set(polisEstate({ seed: 1, sites: 30 }).chargers.map(({ vendor }) => vendor));
    for (const vendor of vendors) {
      const yaml = `stages: [{ for: 1m, faults: [{ fault: cut, on: { chargers: { vendor: ${vendor} } } }] }]`;
      expect(await judged(yaml)).toBe('well-formed');
    }
    expect(vendors.size).toBe(3);
  });
});
