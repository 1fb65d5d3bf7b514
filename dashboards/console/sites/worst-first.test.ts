import { expect, test } from 'vitest';
import type { Site, SiteState } from '../api/contract.ts';
import { countByState, estateNow, matching, worstFirst } from './worst-first.ts';

function site(name: string, state: SiteState, more: Partial<Site> = {}): Site {
  return {
    id: name.toLowerCase().replace(/\W/g, ''),
    name,
    latitude: null,
    longitude: null,
    gridLimitW: null,
    synthetic: true,
    state,
    chargers: 2,
    chargersOnline: 1,
    charging: 0,
    alarms: 0,
    power: { gridW: null, pvW: null, buildingW: null, chargingW: null },
    updatedAt: null,
    ...more,
  };
}

test('the worst state stands first, then more alarms, then the name', () => {
  const sites = [
    site('Zoagli', 'ok'),
    site('Barolo', 'charging'),
    site('Alba', 'alarm', { alarms: 1 }),
    site('Neive', 'offline'),
    site('Èze', 'ok'),
    site('Fara', 'ok'),
    site('Bra', 'alarm', { alarms: 3 }),
    site('Dogliani', 'unknown'),
  ];
  const names = worstFirst(sites, 'it').map(({ name }) => name);
  expect(names).toEqual(['Bra', 'Alba', 'Neive', 'Dogliani', 'Barolo', 'Èze', 'Fara', 'Zoagli']);
});

test.each([
  ['santagata', ['Sant’Àgata']],
  ['AGATA', ['Sant’Àgata']],
  ['o bar', ['Barolo']],
  ['', ['Barolo', 'Sant’Àgata']],
  ['xyz', []],
])('searching "%s" finds %o', (typed, names) => {
  const sites = [site('Barolo', 'ok'), site('Sant’Àgata', 'ok', { id: 'santagata' })];
  expect(matching(sites, typed).map(({ name }) => name)).toEqual(names);
});

test('the estate’s sums leave out what is not measured', () => {
  const now = estateNow([
    site('A', 'alarm', { alarms: 2, power: { gridW: -500, pvW: 1_000, buildingW: null, chargingW: 0 } }),
    site('B', 'ok', { power: { gridW: 200, pvW: null, buildingW: null, chargingW: null } }),
  ]);
  expect(now).toEqual({
    sites: 2,
    withAlarm: 1,
    chargers: 4,
    chargersOnline: 2,
    charging: 0,
    pvW: 1_000,
    chargingW: 0,
    gridW: -300,
  });
  expect(estateNow([]).pvW).toBeNull();
});

test('sites are counted by state', () => {
  expect(countByState([site('A', 'ok'), site('B', 'ok'), site('C', 'alarm')])).toEqual({
    alarm: 1,
    offline: 0,
    unknown: 0,
    charging: 0,
    ok: 2,
  });
});
