import { expect, it } from 'vitest';
import { addUp, type Flow } from './site-balance.ts';

const flowOf = new Map<string, Flow>([
  ['grid', 'gridW'],
  ['pv-1', 'pvW'],
  ['pv-2', 'pvW'],
  ['c1:1', 'chargingW'],
  ['c1:2', 'chargingW'],
]);

it('adds up the flows of a site by step, with null where nothing was measured and 0 where no car was', () => {
  const measured: { device: string; points: [number, number][] }[] = [
    { device: 'grid', points: [[0, 5_000]] },
    {
      device: 'pv-1',
      points: [
        [0, 1_000],
        [300, 0],
      ],
    },
    { device: 'pv-2', points: [[0, 500]] },
    {
      device: 'c1:1',
      points: [
        [300, 11_000],
        [600, 0],
      ],
    },
    { device: 'c1:2', points: [[300, 3_700]] },
    { device: 'somebody-else', points: [[0, 1e9]] },
  ];
  expect(addUp(measured, flowOf, { from: 0, to: 601, step: 300 })).toEqual([
    { at: 0, gridW: 5_000, pvW: 1_500, buildingW: null, chargingW: 0 },
    { at: 300, gridW: null, pvW: 0, buildingW: null, chargingW: 14_700 },
    { at: 600, gridW: null, pvW: null, buildingW: null, chargingW: 3_700 },
  ]);
});

it('holds a charger’s power between its reports, for a quarter of an hour at most', () => {
  const MINUTE = 60_000;
  const points: [number, number][] = [
    [-10 * MINUTE, 7_000],
    [10 * MINUTE, 11_000],
    [20 * MINUTE, 0],
    [30 * MINUTE, 5_000],
  ];
  const balance = addUp([{ device: 'c1:1', points }], flowOf, { from: 0, to: 60 * MINUTE, step: 5 * MINUTE });
  expect(balance.map(({ chargingW }) => chargingW)).toEqual([
    7_000, 0, 11_000, 11_000, 0, 0, 5_000, 5_000, 5_000, 0, 0, 0,
  ]);
});
