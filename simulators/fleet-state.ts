import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { stationState } from './charger/station-state.ts';
import { visitState } from './driver.ts';
import { siteState } from './site/field.ts';

/** Where a whole fleet was at an instant: what it goes on from. */
export const fleetState = z.object({
  version: z.literal(1),
  savedAt: z.number(),
  seed: z.string(),
  chargers: z.record(z.string(), z.object({ station: stationState, visits: z.record(z.string(), visitState) })),
  sites: z.record(z.string(), siteState),
});

export type FleetState = z.infer<typeof fleetState>;

/** Writes the state so that a cut in between leaves the old one. */
export function saveState(file: string, state: FleetState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The state of the same seed, or null when there is none. A file that is not ours throws. */
export function loadState(file: string, seed: string): FleetState | null {
  const text = readIfThere(file);
  if (text === null) return null;
  const state = fleetState.parse(JSON.parse(text));
  return state.seed === seed ? state : null;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
