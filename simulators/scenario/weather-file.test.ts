import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specimenPvgis } from '../weather/specimens.ts';
import { HOURS_OF_YEAR } from '../weather/year.ts';
import { loadScenario } from './load.ts';

const year = specimenPvgis();

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-scenario-weather-'));
  await mkdir(join(folder, 'ground'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return loadScenario(join(folder, 'scenario.yaml')).estate.weather;
}

const scenario = (weather: string) => `estate:\n  sites: 2\n  weather: ${weather}\nstages: [{ for: 1m }]\n`;

describe('the weather of a scenario', () => {
  it.each(['drawn', 'clear'])('is %s when it says so', async (weather) => {
    expect(await load({ 'scenario.yaml': scenario(weather) })).toBe(weather);
  });

  it('is a year whose file lies beside the scenario', async () => {
    const weather = await load({ 'scenario.yaml': scenario('year.csv'), 'year.csv': year });
    expect(weather).toMatchObject({ place: { latitude: 45, longitude: 8 }, hours: { length: HOURS_OF_YEAR } });
  });

  it('lies beside the included file that names it', async () => {
    const weather = await load({
      'scenario.yaml': 'include: [ground/some.yaml]\n',
      'ground/some.yaml': scenario('deep.csv'),
      'ground/deep.csv': year.replace('45.000', '44.000'),
    });
    expect(weather).toMatchObject({ place: { latitude: 44 } });
  });

  it.each([
    ['of no kind', 'cloudy', 'drawn, clear or a file of an hourly weather year is expected, as in turin.csv.'],
    ['of a number', '5', 'drawn, clear or a file of an hourly weather year is expected, as in turin.csv.'],
    ['of no file', 'moon.csv', 'moon.csv cannot be read: ENOENT'],
    ['of a wrong file', 'wrong.csv', 'wrong.csv: Line 19, column 25: Gb(n) is "much"; a number is expected.'],
  ])('%s is refused with the place where it stands', async (_, weather, message) => {
    const wrong = load({ 'scenario.yaml': scenario(weather), 'wrong.csv': year.replace(',500,', ',much,') });
    await expect(wrong).rejects.toThrow('scenario.yaml:3:12: estate.weather is ');
    await expect(wrong).rejects.toThrow(message);
  });
});
