import { dirname, join } from 'node:path';
import { PolisError } from '#estate/errors.ts';
import { readWeatherYear } from '../weather/read-year.ts';
import type { WeatherChoice } from '../weather/weather.ts';
import type { Problems } from './problems.ts';
import type { Branch } from './tree.ts';
import { findPlace, reportWrongs } from './wrongs.ts';

const PATH = ['estate', 'weather'];

/** The weather that a scenario chose, read when it is a file beside that which names it; null: it cannot be read. */
export function openWeather(chosen: string, scene: { tree: Branch; problems: Problems }): WeatherChoice | null {
  if (chosen === 'drawn' || chosen === 'clear') return chosen;
  const { source } = findPlace(scene.tree, PATH).at;
  try {
    return readWeatherYear(join(dirname(source.name), chosen));
  } catch (error) {
    if (!(error instanceof PolisError)) throw error;
    reportWrongs([{ path: PATH, message: error.message }], scene);
    return null;
  }
}
