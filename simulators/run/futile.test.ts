import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '#estate/errors.ts';
import { loadScenario } from '../scenario/load.ts';
import { ahead } from './ahead.ts';
import { futile } from './futile.ts';

const NOW = Date.parse('2026-11-22T03:00:00Z');

let folder = '';
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'polisgrid-futile-'))));
afterAll(() => rm(folder, { recursive: true }));

/** What is said of a scenario, without its file and line; nothing: it is as it should be. */
async function saidOf(stage: string, head = 'estate: { sites: 3, devices: false }'): Promise<string> {
  const file = join(folder, 'scenario.yaml');
  await writeFile(file, `${head}\nstages: [{ for: 1m, ${stage} }]\n`);
  try {
    loadScenario(file, { look: (scenario) => [...futile(scenario), ...ahead(scenario, NOW)] });
    return '';
  } catch (error) {
    return messageOf(error).replace(`${file}:`, '');
  }
}

describe('A scenario of which a part befalls nobody', () => {
  const [none, here] = ['estate: { sites: 3, devices: false }', 'estate: { sites: 3 }'];
  it.each([
    [
      'fault: cut, on: { chargers: { id: nobody } }',
      none,
      /^2:66: .*on\.chargers\.id is "nobody"; ids of chargers are exp/,
    ],
    [
      'fault: cut, on: { sites: { id: [here, there] } }',
      none,
      /on\.sites\.id is a list; .*; there is no here and no there/,
    ],
    ['fault: cut, on: { gateways: { id: x } }', none, /on\.gateways\.id is "x"; the estate has no gateways; /],
    [
      'fault: cut, on: { gateways: all }',
      none,
      /faults\[0\]\.on is a map; somebody .* the estate has 7 chargers and no/,
    ],
    ['fault: cut, on: { chargers: 2, gateways: 10 % }', none, /on\.gateways is "10 %"; somebody whom it can befall/],
    ['fault: cut, on: { chargers: { site: nowhere } }', here, /on\.chargers is a map; somebody whom it can befall/],
    ['fault: cut, on: { chargers: 0 % }', here, /on\.chargers is "0 %"; somebody whom it can befall/],
    ['fault: reboot, on: { gateways: 3 }', here, /on\.gateways is 3; somebody .* the estate has 7 chargers\.$/],
    ['fault: hostile, on: { chargers: all }', here, /faults\[0\]\.on is a map; hostile befalls the platform itself/],
    ['fault: device-condition, type: leak-detector, code: leak', none, /\.fault is "device-condition"; somebody/],
    [
      'fault: swallowed-replies, actions: [StartTransaction], on: { chargers: { protocol: ocpp2.0.1 } }',
      here,
      /on\.chargers is a map; somebody whom it can befall/,
    ],
  ])('is refused: %s', async (fault, head, said) => {
    expect(await saidOf(`faults: [{ ${fault} }]`, head)).toMatch(said);
  });

  it.each([
    [
      '{ id: [a, b] }',
      /orders\[0\]\.on\.chargers\.id is a list; ids of chargers are expected, as \S+; there is no a and no b/,
    ],
    ['{ site: nowhere }', /orders\[0\]\.on\.chargers is a map; somebody .* the estate has 7 chargers\.$/],
  ])('is refused: an order to %s', async (whom, said) => {
    expect(await saidOf(`orders: [{ command: { command: reset }, on: { chargers: ${whom} } }]`)).toMatch(said);
  });

  it.each([
    'faults: [{ fault: cut }]',
    'faults: [{ fault: hostile }]',
    'faults: [{ fault: cut, on: { chargers: 1 % } }]',
    'faults: [{ fault: cut, on: { sites: 2 } }]',
    'orders: [{ command: { command: reset } }]',
  ])('is not one in which somebody is meant: %s', async (stage) => {
    expect(await saidOf(stage)).toBe('');
  });
});

describe('A start in the future', () => {
  const unlimited = 'estate: { sites: 1 }\nstart: 2099-01-01T00:00:00Z';

  it('is refused at its place', async () => {
    expect(await saidOf('name: one', unlimited)).toMatch(
      /^2:8: start is "2099-01-01T00:00:00Z"; it lies in the future, .*; a start that has passed is expected\.$/,
    );
  });

  it('is good where the run’s own platform lives in the simulated time', async () => {
    expect(await saidOf('name: one', unlimited.replace('sites: 1', 'sites: 1, grid: as-built'))).toBe('');
  });
});
