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
  },
};
const truth: FieldTruth = {
  seed: '42',
  from: 0,
  to: 100_000,
  chargers: [
    {
      charger: 'CP-1',
      site: 'barolo',
      isOnline: true,
      faults: [{ evse: 1, code: 'GroundFailure' }],
      sessions: [session],
    },
  ],
  sites: [
    {
      site: 'barolo',
      gateway: 'barolo-gw',
      devices: [
        {
          device: 'barolo-grid',
          type: 'grid-meter',
          readings: 10,
          acknowledged: 9,
          last: { at: 90_000, values: { W: 431.25 } },
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
          events: [],
        },
      ],
    },
  ],
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
    sessions: [
      {
        ...session,
        transaction: '99',
        cost: 3.5,
        told: { ...session.told, confirmed: { ...session.told.confirmed, asked: 7 } },
      },
    ],
  })),
};

describe('the files of a truth', () => {
  it('give back what was written', () => {
    writeTruth(folder, { truth, before: new Set(['s1', 's2']) });
    expect(readTruth(folder)).toEqual({ truth, before: new Set(['s1', 's2']) });
  });

  it('hold the same bytes in truth.json, whatever the platform calls things and asks for', () => {
    writeTruth(folder, { truth, before: new Set() });
    const [first, names] = [written('truth.json'), written('names.json')];
    writeTruth(folder, { truth: elsewhere, before: new Set(['s1']) });
    expect(written('truth.json')).toBe(first);
    expect(written('names.json')).not.toBe(names);
    expect(first).not.toContain('4711');
  });

  it('have a line for each charger and site', () => {
    writeTruth(folder, { truth, before: new Set() });
    expect(
      written('truth.json')
        .split('\n')
        .filter((line) => line.includes('barolo')),
    ).toHaveLength(2);
    expect(JSON.parse(written('truth.json'))).toMatchObject({ version: 1, seed: '42' });
  });

  it.each<[string, string, string, RegExp]>([
    ['no JSON', 'truth.json', '{', /truth\.json cannot be read: .+ Give the folder of a run\.$/],
    ['a later version', 'truth.json', '{"version":2}', /truth\.json: version: only version 1 can be read\.$/],
    ['another file', 'names.json', '{"version":1,"before":3}', /names\.json: before: .+array.+\.$/],
  ])('refuse %s by name and place', (_, name, text, message) => {
    writeTruth(folder, { truth, before: new Set() });
    writeFileSync(join(folder, name), text);
    expect(() => readTruth(folder)).toThrow(message);
  });

  it('are missed where they are not', () => {
    expect(() => readTruth(join(folder, 'nowhere'))).toThrow(/nowhere.truth\.json cannot be read: ENOENT/);
  });
});
