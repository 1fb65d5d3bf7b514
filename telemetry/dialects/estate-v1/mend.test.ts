import { describe, expect, it } from 'vitest';
import { createEstateV1 } from './index.ts';

const T = Date.UTC(2026, 0, 15);
const dialect = createEstateV1({ root: 'estate/v1', hostId: 'main' });

/** What is read of a payload: `device@ms:{values}` of each point, and the reason and number of what was lost. */
function read(topic: string, payload: unknown): unknown[] {
  const news = dialect.address(`estate/v1/barolo/${topic}`)?.read(Buffer.from(JSON.stringify(payload))) ?? [];
  return news.flatMap((each): unknown[] => {
    if (each.kind === 'broken') return [[each.device, each.reason, each.readings]];
    if (each.kind !== 'points') return [each.kind];
    return each.points.map(({ device, ts, v }) => `${device}@${ts - T}:${JSON.stringify(v)}`);
  });
}

const YEAR_2000 = 'lies before the year 2000: send milliseconds since 1970, not seconds';
const NO_VALUES = 'v must hold at most 256 metrics, each a finite number';

describe('of a history, what is right is kept', () => {
  const history = (...s: unknown[]) => read('hist/gw/inv1', { s });
  const right = [T, { W: 1 }];
  const kept = 'inv1@0:{"W":1}';
  const reason = (said: string) => ['inv1', `1 of 2 points are not what was agreed: ${said}`, 1];

  it.each<[string, unknown, string]>([
    ['a stamp in seconds', [T / 1_000, { W: 2 }], `${T / 1_000}: ${YEAR_2000}`],
    ['a stamp of zero', [0, { W: 2 }], `0: ${YEAR_2000}`],
    ['a stamp of 1.5 ms', [T + 0.5, { W: 2 }], `${T + 0.5}: Invalid input: expected int, received number`],
    ['a text for a stamp', ['noon', { W: 2 }], 'noon: Invalid input: expected number, received string'],
    ['only values that are no numbers', [T + 1, { W: null }], `${T + 1}: ${NO_VALUES.slice(2)}`],
    ['no values', [T + 1], `${T + 1}: Too small: expected array to have >=2 items`],
    ['no point at all', 7, 'a point without a time: Invalid input: expected tuple, received number'],
  ])('beside %s', (_, wrong, said) => {
    expect(history(right, wrong)).toEqual([kept, reason(said)]);
    expect(history(wrong, right)).toEqual([kept, reason(said)]);
  });

  it('and of many that are wrong some are named', () => {
    const wrong = Array.from({ length: 7 }, (_, n) => [n, { W: n }]);
    const said = `7 of 8 points are not what was agreed: 0, 1, 2, 3, 4 and 2 more: ${YEAR_2000}`;
    expect(history(...wrong, right)).toEqual([kept, ['inv1', said, 7]]);
  });

  it('and of a point the values that are numbers: none is lost', () => {
    const said = `1 of 2 points are not what was agreed: ${T + 1}: no finite number: A, V`;
    expect(history(right, [T + 1, { W: 2, A: null, V: '230' }])).toEqual([kept, 'inv1@1:{"W":2}', ['inv1', said, 0]]);
  });

  it('and nothing where nothing is right', () => {
    const said = `2 of 2 points are not what was agreed: 1, 2: ${YEAR_2000}`;
    expect(history([1, { W: 1 }], [2, { W: 2 }])).toEqual([['inv1', said, 2]]);
  });
});

describe('of a whole site, what is right is kept', () => {
  const site = (d: unknown, more = {}) => read('data/gw', { ts: T, d, ...more });
  const right = { v: { W: 1 } };
  const kept = 'inv1@0:{"W":1}';

  it.each<[string, unknown, string]>([
    ['a device whose value is no number', { v: { CO2: '800' } }, NO_VALUES],
    ['a device whose values are none', { v: 7 }, NO_VALUES],
    ['a device without values', {}, NO_VALUES],
    ['a device that is null', null, 'Invalid input: expected object, received null'],
    [
      'a device of no known quality',
      { v: { CO2: 1 }, q: { CO2: 7 } },
      'q.CO2 Invalid option: expected one of 0|192|500',
    ],
  ])('beside %s', (_, wrong, said) => {
    const reason = `1 of 2 devices are not what was agreed: air: ${said}`;
    expect(site({ air: wrong, inv1: right })).toEqual([kept, ['air', reason, 1]]);
  });

  it('beside devices that have no id, and for whom the node answers', () => {
    const reason = '2 of 3 devices are not what was agreed: , a b: no id of a device';
    expect(site({ '': right, 'a b': right, inv1: right })).toEqual([kept, [null, reason, 2]]);
  });

  it('and of a device the values that are numbers', () => {
    const reason = '1 of 1 devices are not what was agreed: inv1: no finite number: A';
    expect(site({ inv1: { v: { W: 1, A: null } } })).toEqual([kept, ['inv1', reason, 0]]);
  });
});

describe('of one device, what is right is kept', () => {
  it('beside values that are no numbers, with its quality and its place in the sequence', () => {
    const address = dialect.address('estate/v1/barolo/data/gw/inv1');
    const payload = { ts: T, seq: 7, v: { W: 1, TmpCab: null, V: 'high' }, q: { W: 500 } };
    expect(address?.read(Buffer.from(JSON.stringify(payload)))).toEqual([
      {
        kind: 'points',
        points: [{ device: 'inv1', ts: T, v: { W: 1 }, q: { W: 500 } }],
        live: true,
        sequence: { of: 'inv1', number: 7 },
      },
      { kind: 'broken', device: 'inv1', reason: 'no finite number: TmpCab, V', readings: 0 },
    ]);
  });
});

const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

describe('an answer to a command counts', () => {
  const answer = (more: object) => {
    const payload = JSON.stringify({ id: 'c1', st: 'rejected', ...more });
    return dialect.address('estate/v1/barolo/ack/gw/inv1')?.read(Buffer.from(payload));
  };
  const ack = (more: object) => ({ kind: 'ack', device: 'inv1', ack: { id: 'c1', st: 'rejected', ...more } });
  const tooMuch = 'must be at most 4096 characters, nested at most 8 deep';

  it.each<[string, object]>([
    ['alone', {}],
    ['with values', { v: { WMaxLimPct: 70 } }],
    ['with a word', { err: 'busy' }],
    ['with 4,096 characters', { err: 'x'.repeat(4_094) }],
    ['with what is nested 8 deep', { v: nested(8) }],
  ])('%s', (_, more) => {
    expect(answer(more)).toEqual([ack(more)]);
  });

  it.each<[string, object, string]>([
    ['4,097 characters', { v: 'x'.repeat(4_095) }, `v ${tooMuch}`],
    ['values nested 9 deep', { v: nested(9) }, `v ${tooMuch}`],
    ['values nested 5,000 deep', { v: nested(5_000) }, `v ${tooMuch}`],
    ['both too large', { v: nested(9), err: [nested(9)] }, `v ${tooMuch}; err ${tooMuch}`],
  ])('without %s', (_, more, reason) => {
    expect(answer(more)).toEqual([ack({}), { kind: 'broken', device: 'inv1', reason, readings: 0 }]);
  });

  it('with its reason, where only its values are too large', () => {
    expect(answer({ v: nested(9), err: 'busy' })?.[0]).toEqual(ack({ err: 'busy' }));
  });

  it('not where it does not say how the command ended', () => {
    expect(() => answer({ st: 'perhaps', v: nested(9) })).toThrow(/^st Invalid option/);
  });
});

describe('nothing is kept', () => {
  const deep = nested(5_000);
  it.each<[string, string, unknown, string]>([
    ['of a device without a time', 'data/gw/inv1', { v: { W: 1, A: null } }, 'ts Invalid input'],
    ['of a site without a time', 'data/gw', { d: { inv1: { v: { W: 1, A: null } } } }, 'ts Invalid input'],
    [
      'of a site of 300 devices',
      'data/gw',
      { ts: T, d: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [n, {}])) },
      'd.0.v',
    ],
    ['of a history that is no list', 'hist/gw/inv1', { s: { 0: [T, { W: 1 }] } }, 's Invalid input'],
    [
      'of a history of 12,001 points',
      'hist/gw/inv1',
      { s: Array.from({ length: 12_001 }, () => 0) },
      's Invalid input',
    ],
    ['of a device whose only value is no number', 'data/gw/inv1', { ts: T, v: { W: null } }, NO_VALUES],
    ['of values nested deep', 'data/gw/inv1', { ts: T, v: { W: deep } }, NO_VALUES],
    ['of no object', 'data/gw/inv1', 17, 'Invalid input'],
  ])('%s', (_, topic, payload, reason) => {
    expect(() => read(topic, payload)).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(reason) }),
    );
  });
});
