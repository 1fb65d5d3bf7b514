import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The scenarios that come with the simulators, in simulators/scenarios. */
export const BUILT_IN = [
  'day',
  'blackout',
  'site-outage',
  'storm-and-slow-disk',
  'bad-clock',
  'swallowed-replies',
  'firmware-wave',
  'sunny-weekend',
  'winter-morning',
  'hostile',
] as const;

export type BuiltIn = (typeof BUILT_IN)[number];

export function isBuiltIn(name: string): name is BuiltIn {
  return BUILT_IN.some((each) => each === name);
}

/** Its YAML. */
export function readBuiltIn(name: BuiltIn): string {
  return readFileSync(fileURLToPath(new URL(`../scenarios/${name}.yaml`, import.meta.url)), 'utf8');
}
