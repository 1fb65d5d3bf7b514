import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR } from '#estate/units.ts';
import { handClock } from '#estate/clock.ts';
import { describeEstate } from './estate/describe.ts';
import { type FleetState, loadState, saveState } from './fleet-state.ts';
import { startEstate } from './fleet.ts';

const estate = describeEstate({ seed: 3, sites: 4 });
const noon = Date.UTC(2026, 4, 12, 10);
const nobody = { ocppUrl: 'ws://127.0.0.1:1/ocpp', mqttUrl: 'mqtt://127.0.0.1:1', secrets: () => 'secret' };

/** What a fleet is like that nobody hears, after a day or more. */
async function live(options: { now: number; historyHours?: number; state?: FleetState }): Promise<FleetState> {
  const { now, ...rest } = options;
  await using fleet = await startEstate({
    ...nobody,
    ...rest,
    estate,
    clock: handClock(now),
    drivers: true,
    connectWithinMs: 0,
  });
  return fleet.snapshot();
}

const registers = (state: FleetState) =>
  Object.values(state.chargers).flatMap(({ station }) => station.outlets.map((each) => each.registerWh));

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fleet-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the state of a fleet', () => {
  it('comes back from its file as it was', async () => {
    const state = await live({ now: noon, historyHours: 24 });
    const file = join(folder, 'deep', 'state.json');
    saveState(file, state);
    expect(loadState(file, '3')).toEqual(state);
    const planned = estate.chargers.flatMap((each) => each.registersWh);
    expect(registers(state).some((each, n) => each > (planned[n] ?? Infinity))).toBe(true);
  });

  it('is none where there is no file, and none of another seed', async () => {
    const file = join(folder, 'state.json');
    expect(loadState(file, '3')).toBeNull();
    saveState(file, await live({ now: noon }));
    expect(loadState(file, '4')).toBeNull();
  });

  it('is refused when the file is broken', () => {
    const file = join(folder, 'state.json');
    writeFileSync(file, '{"version":2');
    expect(() => loadState(file, '3')).toThrow(/JSON/);
    expect(readFileSync(file, 'utf8')).toBe('{"version":2');
  });

  it('is the same for the same seed and hours', async () => {
    expect(await live({ now: noon, historyHours: 24 })).toEqual(await live({ now: noon, historyHours: 24 }));
  });

  it('goes on over a pause as if there had been none: registers rise, sessions and visits go on', async () => {
    const before = await live({ now: noon, historyHours: 12 });
    const after = await live({ now: noon + 2 * HOUR, state: before });
    for (const [n, register] of registers(after).entries())
      expect(register).toBeGreaterThanOrEqual(registers(before)[n] ?? 0);
    const whole = await live({ now: noon + 2 * HOUR, historyHours: 14 });
    const sum = (state: FleetState) => registers(state).reduce((total, each) => total + each, 0);
    expect(Math.abs(sum(after) - sum(whole)) / (sum(whole) - sum(before))).toBeLessThan(0.02);
    for (const id of Object.keys(before.sites)) {
      const register = (state: FleetState, device: string, name: string) =>
        state.sites[id]?.devices[`${id}-${device}`]?.[name] ?? NaN;
      expect(register(after, 'grid', 'importWh')).toBeGreaterThanOrEqual(register(before, 'grid', 'importWh'));
      expect(register(after, 'pv', 'givenWh')).toBeGreaterThan(register(before, 'pv', 'givenWh'));
    }
  });
});
