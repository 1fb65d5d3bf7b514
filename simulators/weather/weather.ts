import type { Weather } from '../physics/sky.ts';
import { clearWeather, drawnWeather } from './drawn.ts';
import { type WeatherYear, yearWeather } from './year.ts';

/** Which weather there is: drawn by the seed, without clouds, or that of a measured or typical year. */
export type WeatherChoice = 'drawn' | 'clear' | WeatherYear;

export function createWeather(choice: WeatherChoice, seed: string): Weather {
  if (choice === 'drawn') return drawnWeather(seed);
  return choice === 'clear' ? clearWeather(seed) : yearWeather(choice, seed);
}
