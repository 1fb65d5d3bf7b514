import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND, powerOf } from '#estate/units.ts';
import {
  defaultAtBoot,
  dueDefaults,
  holdersOf,
  shareDefaults,
  unseenW,
  withStanding,
  type DefaultHolder,
} from './defaults.ts';
import type { StandingEvse } from './sight.ts';
import { barolo, car, createScene, type Scene } from './specimens.ts';

const holder = (charger: string, more: Partial<DefaultHolder> = {}): DefaultHolder => ({
  charger,
  evses: 1,
  online: true,
  defaultA: null,
  ...more,
});
const budget = (amps: number) => ({ budgetW: powerOf(amps, 3), mostA: 32 });
const shares = (holders: DefaultHolder[], amps: number) => Object.fromEntries(shareDefaults(holders, budget(amps)));

describe('the defaults of a site', () => {
  it.each<[string, DefaultHolder[], number, Record<string, number>]>([
    ['are even, in whole amperes', [holder('a'), holder('b')], 33, { a: 16, b: 16 }],
    ['count each EVSE', [holder('a', { evses: 2 }), holder('b')], 33, { a: 11, b: 11 }],
    ['are no more than an EVSE gives', [holder('a')], 90, { a: 32 }],
    ['are 6 A for the first where 6 A for each do not fit', [holder('b'), holder('a')], 11, { a: 6, b: 0 }],
    ['pass over whom 6 A on each EVSE do not fit', [holder('a', { evses: 2 }), holder('b')], 11, { a: 0, b: 6 }],
    ['are nothing without a budget', [holder('a')], 0, { a: 0 }],
    [
      'leave to who is cut off what it has',
      [holder('a', { online: false, defaultA: 20 }), holder('b')],
      30,
      { a: 20, b: 10 },
    ],
    [
      'keep the share of who is cut off with less',
      [holder('a', { online: false, defaultA: 6 }), holder('b')],
      30,
      { a: 15, b: 15 },
    ],
  ])('%s', (_, holders, amps, expected) => {
    expect(shares(holders, amps)).toEqual(expected);
  });

  it('that must fall are sent before any may rise', () => {
    const holders = [
      holder('a', { defaultA: 20 }),
      holder('b', { defaultA: 6 }),
      holder('c'),
      holder('d', { online: false }),
    ];
    const wanted = new Map(['a', 'b', 'c', 'd'].map((charger) => [charger, 10]));
    expect(dueDefaults(holders, wanted)).toEqual([
      { charger: 'a', limitA: 10 },
      { charger: 'c', limitA: 10 },
    ]);
    const fallen = [holder('a', { defaultA: 10 }), holder('b', { defaultA: 6 })];
    expect(dueDefaults(fallen, wanted)).toEqual([{ charger: 'b', limitA: 10 }]);
  });

  it('are never raised by a boot', () => {
    const holders = [holder('a', { defaultA: 6 }), holder('b', { defaultA: 20 }), holder('c')];
    const atBoot = (charger: string) => defaultAtBoot(charger, holders, budget(30));
    expect([atBoot('a'), atBoot('b'), atBoot('c'), atBoot('x')]).toEqual([6, 10, 10, null]);
  });

  it('together respect the budget, whoever comes and goes, once each charger that listens was told', () => {
    const anyHolder = fc.record({
      charger: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      evses: fc.integer({ min: 1, max: 3 }),
      online: fc.boolean(),
      defaultA: fc.option(fc.integer({ min: 0, max: 32 })),
    });
    const anySite = fc.uniqueArray(anyHolder, { selector: ({ charger }) => charger, minLength: 1 });
    // Without a default an EVSE gives all it can; of one that is cut off, that is not ours to reserve.
    const sumA = (holders: readonly DefaultHolder[]) =>
      holders.reduce((sum, { evses, online, defaultA }) => sum + evses * (defaultA ?? (online ? 32 : 0)), 0);
    fc.assert(
      fc.property(anySite, fc.integer({ min: 0, max: 200 }), (site, amps) => {
        let holders = site;
        for (let round = 0; round < 4; round++) {
          const beforeA = sumA(holders);
          const due = new Map(
            dueDefaults(holders, shareDefaults(holders, budget(amps))).map(({ charger, limitA }) => [charger, limitA]),
          );
          holders = holders.map((one) => ({ ...one, defaultA: due.get(one.charger) ?? one.defaultA }));
          expect(sumA(holders)).toBeLessThanOrEqual(Math.max(amps, beforeA));
        }
        const cutOff = holders.filter(({ online }) => !online);
        const online = holders.filter((one) => one.online);
        const reservedA = cutOff.reduce((sum, { evses, defaultA }) => sum + evses * (defaultA ?? 0), 0);
        expect(sumA(online) + reservedA).toBeLessThanOrEqual(Math.max(amps, reservedA));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what stands at a site', () => {
  const evse = (charger: string, more: Partial<StandingEvse> = {}): StandingEvse => ({
    charger,
    evse: 1,
    online: true,
    defaultA: 8,
    externalA: null,
    ...more,
  });

  it('is told by charger', () => {
    const standing = [evse('a'), evse('a', { evse: 2, defaultA: 10 }), evse('b', { defaultA: null, online: false })];
    expect(holdersOf(standing)).toEqual([
      { charger: 'a', evses: 2, online: true, defaultA: 10 },
      { charger: 'b', evses: 1, online: false, defaultA: null },
    ]);
  });

  it('says what a car may take without a limit, and what others allow it', () => {
    const standing = [evse('a', { externalA: 10 }), evse('b')];
    expect(withStanding([car('a'), car('b'), car('c')], standing, 32)).toMatchObject([
      { fallbackA: 8, maxA: 10 },
      { fallbackA: 8 },
      {},
    ]);
  });

  it('leaves to unseen cars the defaults of free EVSEs that are cut off', () => {
    const gone = { online: false };
    const standing = [
      evse('a'),
      evse('b', gone),
      evse('c', gone),
      evse('d', { ...gone, externalA: 6 }),
      evse('e', { ...gone, defaultA: null }),
    ];
    expect(unseenW(standing, [car('b', gone)])).toBe(powerOf(8 + 6, 3));
  });
});

describe('a limited site', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await createScene();
  });
  afterEach(() => scene[Symbol.asyncDispose]());

  it('tells chargers their defaults, a minute after they came, again when they change, and not when they are kept', async () => {
    const sent: [string, number][] = [];
    const standing: StandingEvse[] = ['a', 'b'].map((charger) => ({
      charger,
      evse: 1,
      online: true,
      defaultA: null,
      externalA: null,
    }));
    const sendDefault = ({ charger, limitA }: { charger: string; limitA: number }) => {
      sent.push([charger, limitA]);
      const told = standing.find((one) => one.charger === charger);
      if (told && charger === 'a') told.defaultA = limitA;
      return Promise.resolve({
        outcome: charger === 'a' ? ('accepted' as const) : ('rejected' as const),
        response: null,
      });
    };
    await scene.restart({ standing: () => Promise.resolve(standing) }, sendDefault);
    expect(await scene.building.defaultLimitA('a', 'barolo')).toBe(7);
    expect(await scene.building.defaultLimitA('a', 'asti')).toBeNull();
    await scene.pass(50 * SECOND);
    expect(sent).toEqual([]);
    await scene.pass(20 * SECOND);
    expect(sent).toEqual([
      ['a', 7],
      ['b', 7],
    ]);
    await scene.pass(9 * MINUTE);
    expect(sent.splice(0)).toHaveLength(2);
    await scene.pass(MINUTE);
    expect(sent.splice(0)).toEqual([['b', 7]]);
    scene.sites = [{ ...barolo, gridLimitW: 30_000 }];
    for (const one of standing) if (one.charger === 'b') one.online = false;
    await scene.pass(20 * SECOND);
    expect(sent).toEqual([['a', 10]]);
  });
});
