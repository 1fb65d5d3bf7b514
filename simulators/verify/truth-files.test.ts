import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrueSession } from '../charger/truth.ts';
import type { FieldTruth } from '../run/truth.ts';
import { readTruth, writeTruth } from './truth-files.ts';

const session: TrueSession = {
  session: 'aB3',
  transaction: '4711',
  evse: 2,
  token: 'CARD-0001',
  startedAt: 1_000,
  endedAt: 61_000,
  startWh: 1_000_000.25,
  energyWh: 14_312.5,
  cost: null,
  told: {
    confirmed: { began: 1, sampled: 4, asked: 2, changed: 0, ended: 1 },
    lost: 0,
    waiting: 0,
    startedAt: 1_000,
    endedAt: 61_000,
    registerWh: 1_014_312,
    cost: 3.5,
  },
};
const digestOfOne = { hours: [0xffff_ffff, ...Array<number>(23).fill(0)], metrics: { W: 0xffff_ffff } };
const truth: FieldTruth = {
  seed: '42',
  from: 0,
  to: 100_000,
  chargers: [
    {
      charger: 'CP-1',
      site: 'barolo',
      isOnline: true,
      firmware: null,
      faults: [{ evse: 1, code: 'GroundFailure' }],
      sessions: [session],
      meters: [
        {
          device: 'CP-1:2',
          type: 'charging-station',
          readings: 6,
          acknowledged: 5,
          last: { at: 61_000, values: { W: 0 } },
          uncertain: 2,
          digest: digestOfOne,
          unsureHours: [0],
        },
      ],
      isSevere: null,
      isCertified: true,
    },
  ],
  sites: [
    {
      site: 'barolo',
      gateway: 'barolo-gw',
      isGarbled: true,
      grid: { meter: 'barolo-grid', limitW: 35_000, peakW: 431.25 },
      devices: [
        {
          device: 'barolo-grid',
          type: 'grid-meter',
          readings: 10,
          acknowledged: 9,
          last: { at: 90_000, values: { W: 431.25 } },
          digest: digestOfOne,
          unsureHours: [],
          events: [],
        },
        {
          device: 'barolo-pv',
          type: 'pv-inverter',
          readings: 10,
          acknowledged: 9,
          last: { at: 90_000, values: { W: 0 } },
          firstAt: -80_000,
          stampedAgain: 2,
          digest: digestOfOne,
          unsureHours: [0, 23],
          events: [],
        },
      ],
    },
  ],
};

const attended = {
  at: 100_000,
  since: 0,
  peers: { 'barolo-gw': { isUp: false, since: 40_000, times: 1, garbled: { lately: [1, 2, 3], raisedAt: 3 } } },
};

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'polisgrid-truth-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string) => readFileSync(join(folder, name), 'utf8');
/** The same field, on another platform and another wire. */
const elsewhere: FieldTruth = {
  ...truth,
  chargers: truth.chargers.map((charger) => ({
    ...charger,
    isSevere: true,
    isCertified: false,
    meters: charger.meters.map((meter) => ({ ...meter, acknowledged: 6, uncertain: 7, unsureHours: [] })),
    sessions: [
      {
        ...session,
        transaction: '99',
        cost: 3.5,
        told: { ...session.told, cost: 3.25, confirmed: { ...session.told.confirmed, asked: 7 } },
      },
    ],
  })),
};

describe('the files of a truth', () => {
  it('give back what was written', () => {
    const kept = { truth, api: 'http://127.0.0.1:8080', before: new Set(['s1', 's2']), attended };
    writeTruth(folder, kept);
    expect(readTruth(folder)).toEqual(kept);
  });

  it('hold the same bytes in truth.json, whatever the platform calls things and asks for', () => {
    writeTruth(folder, { truth, api: null, before: new Set(), attended: null });
    const [first, names] = [written('truth.json'), written('names.json')];
    writeTruth(folder, { truth: elsewhere, api: 'http://127.0.0.1:8081', before: new Set(['s1']), attended });
    expect(written('truth.json')).toBe(first);
    expect(written('names.json')).not.toBe(names);
    expect(first).not.toContain('4711');
  });

  it('have a line for each charger and site', () => {
    writeTruth(folder, { truth, api: null, before: new Set(), attended: null });
    expect(
      written('truth.json')
        .split('\n')
        .filter((line) => line.includes('barolo')),
    ).toHaveLength(2);
    expect(JSON.parse(written('truth.json'))).toMatchObject({ version: 4, seed: '42' });
  });

  it.each<[string, string, string, RegExp]>([
    ['no JSON', 'truth.json', '{', /truth\.json cannot be read: .+ Give the folder of a run\.$/],
    [
      'another version',
      'truth.json',
      '{"version":1}',
      /truth\.json was written by another version of polisgrid; run the sc/,
    ],
    ['another file', 'names.json', '{"version":4,"api":null,"before":3}', /names\.json: before: .+array.+\.$/],
  ])('refuse %s by name and place', (_, name, text, message) => {
    writeTruth(folder, { truth, api: null, before: new Set(), attended: null });
    writeFileSync(join(folder, name), text);
    expect(() => readTruth(folder)).toThrow(message);
  });

  it('are missed where they are not', () => {
    expect(() => readTruth(join(folder, 'nowhere'))).toThrow(/nowhere.truth\.json cannot be read: ENOENT/);
  });
});
