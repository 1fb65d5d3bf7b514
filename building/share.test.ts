import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND, powerOf } from '#estate/units.ts';
import { START, grid, input, limits, load, obeyed, rules } from './share-specimens.ts';
import { loadKey, share, type PowerDecision, type SharedLoad } from './share.ts';

describe('the sharing of power', () => {
  it('gives two cars half of what the building leaves', () => {
    const decision = share(input({ loads: [load('a'), load('b')] }), rules);
    expect(decision).toMatchObject({ basis: 'measured', budgetW: 13_800, baseW: 6_200, reservedW: 0 });
    expect(limits(decision)).toEqual([10, 10]);
    expect(decision.loads[0]?.why).toBe('13.8 kW shared evenly among 2 charging cars.');
  });

  it('counts a car that charges on one phase as one, and one of which that is not known as three', () => {
    const loads = [load('a', { phases: 1 }), load('b', { phases: null })];
    const decision = share(input({ gridLimitW: 15_400, loads }), rules);
    expect(decision.loads.map(({ limitA, countedW }) => [limitA, countedW])).toEqual([
      [10, powerOf(10, 1)],
      [10, powerOf(10, 3)],
    ]);
  });

  it('lets the third of three wait when 6 A for each do not fit', () => {
    const loads = [load('a', { energyWh: 300 }), load('b', { energyWh: 200 }), load('c', { energyWh: 100 })];
    const decision = share(input({ gridLimitW: 14_500, loads }), rules);
    expect(limits(decision)).toEqual([0, 6, 6]);
    expect(decision.loads[0]).toMatchObject({ admitted: false, countedW: 0 });
    expect(decision.loads[0]?.why).toMatch(/^Waits: .* 15 min at the latest/);
  });

  it('says that a car which was just sent to wait will go on, once there is power for all', () => {
    const loads = [load('a', { energyWh: 300 }), load('b', { energyWh: 200 })];
    const scarce = obeyed(share(input({ gridLimitW: 11_000, loads }), rules));
    expect(scarce.loads[0]).toMatchObject({ admitted: false, resting: false, limitA: 0 });
    const plenty = (now: number) => share(input({ now, gridLimitW: 30_000, loads, previous: scarce }), rules);
    expect(plenty(START + MINUTE).loads[0]).toMatchObject({ admitted: false, resting: true, limitA: 0 });
    expect(plenty(START + MINUTE).loads[0]?.why).toMatch(/there is power for it.* in 2 min at the latest/);
    expect(plenty(START + 3 * MINUTE).loads[0]).toMatchObject({ admitted: true, resting: false });
  });

  it('pauses all when nothing is left', () => {
    expect(limits(share(input({ meters: grid(21_000, START), loads: [load('a'), load('b')] }), rules))).toEqual([0, 0]);
  });

  it('treats two EVSEs of a charger as two', () => {
    const loads = [load('a'), load('a', { evse: 2, transaction: 'u' })];
    expect(limits(share(input({ loads }), rules))).toEqual([10, 10]);
  });

  it('gives all that the EVSE can when there is enough', () => {
    const decision = share(input({ gridLimitW: 90_000, loads: [load('a'), load('b', { maxA: 16 })] }), rules);
    expect(limits(decision)).toEqual([32, 16]);
  });

  it('lowers at once and raises after 20 s of calm', () => {
    const loads = [load('a')];
    const first = obeyed(share(input({ loads }), rules));
    const takes = (powerW: number, now: number) => [load('a', { powerW, measuredAt: now })];
    const at = (seconds: number, baseW: number, previous: PowerDecision) => {
      const now = START + seconds * SECOND;
      const powerW = powerOf(previous.loads[0]?.held?.limitA ?? 0, 3);
      return obeyed(
        share(input({ now, loads: takes(powerW, now), meters: grid(baseW + powerW, now), previous }), rules),
      );
    };
    expect(limits(first)).toEqual([20]);
    const lower = at(60, 9_650, first);
    expect(limits(lower)).toEqual([15]);
    const notYet = at(120, 6_200, lower);
    expect(limits(notYet)).toEqual([15]);
    expect(notYet.loads[0]?.why).toBe('Stays at 15 A until 20 A have been free for 20 s.');
    const raised = at(140, 6_200, notYet);
    expect(limits(raised)).toEqual([20]);
  });

  it('keeps the share of a charger that goes offline', () => {
    const loads = [load('a'), load('b')];
    const previous = obeyed(share(input({ loads }), rules));
    const now = START + 30 * SECOND;
    const gone = share(input({ now, previous, loads: [load('a', { online: false }), load('b')] }), rules);
    expect(gone).toMatchObject({ reservedW: powerOf(10, 3) });
    expect(limits(gone)).toEqual([null, 10]);
    expect(gone.loads[0]?.why).toContain('the 10 A it was last told stay reserved');
  });

  it('keeps all that a charger could give when it has refused its first limit', () => {
    const decision = share(input({ gridLimitW: 40_000, loads: [load('a'), load('b')] }), rules);
    const previous = { ...obeyed(decision) };
    previous.loads = previous.loads.map((one): SharedLoad =>
      one.charger === 'a' ? { ...one, held: null, refused: { limitA: 24, at: START, outcome: 'rejected' } } : one,
    );
    const next = share(
      input({ gridLimitW: 40_000, now: START + 10 * SECOND, previous, loads: [load('a'), load('b')] }),
      rules,
    );
    expect(next.reservedW).toBe(powerOf(32, 3));
    expect(limits(next)).toEqual([6, 16]);
    expect(next.loads[0]?.why).toContain('did not take its limit (rejected)');
  });

  it('puts down to a car that is not measured what it may explain', () => {
    const first = share(input({ gridLimitW: 40_000, loads: [load('a', { online: false })] }), rules);
    const now = START + MINUTE;
    const loads = [load('a', { online: false })];
    const later = share(input({ gridLimitW: 40_000, now, meters: grid(20_000, now), loads, previous: first }), rules);
    expect(later).toMatchObject({ baseW: 6_200, reservedW: powerOf(32, 3) });
    const tooMuch = share(input({ gridLimitW: 40_000, now, meters: grid(32_080, now), loads, previous: first }), rules);
    expect(tooMuch).toMatchObject({ baseW: 10_000 });
  });

  it('keeps a charger paused that does not answer while it is paused', () => {
    const previous = obeyed(share(input({ meters: grid(21_000, START), loads: [load('a')] }), rules));
    previous.loads = previous.loads.map((one) => ({ ...one, refused: { limitA: 0, at: START, outcome: 'timed-out' } }));
    const next = share(input({ now: START + 10 * SECOND, previous, loads: [load('a')] }), rules);
    expect(next.loads[0]).toMatchObject({ limitA: 0, countedW: 0 });
  });

  it('keeps all that a car could take when it ignores its limit', () => {
    const previous = obeyed(share(input({ gridLimitW: 40_000, loads: [load('a'), load('b')] }), rules));
    const now = START + 40 * SECOND;
    const loads = [load('a', { powerW: 22_000, measuredAt: now }), load('b', { powerW: 16_500, measuredAt: now })];
    const next = share(input({ gridLimitW: 40_000, now, meters: grid(44_700, now), previous, loads }), rules);
    expect(next.loads[0]).toMatchObject({ ignoring: true, countedW: powerOf(32, 3), limitA: 6 });
    expect(limits(next)).toEqual([6, 16]);
  });

  it('gives what one car was seen not to take to the other, and lets it grow again', () => {
    const gridLimitW = 6_200 + powerOf(24, 3);
    const told = obeyed(share(input({ gridLimitW, loads: [load('a'), load('b')] }), rules));
    expect(limits(told)).toEqual([12, 12]);
    const later = (seconds: number, aA: number, bA: number, previous: PowerDecision) => {
      const now = START + seconds * SECOND;
      const car = (charger: string, currentA: number) =>
        load(charger, { powerW: powerOf(currentA, 3), currentA, measuredAt: now });
      const meters = grid(6_200 + powerOf(aA + bA, 3), now);
      return obeyed(share(input({ gridLimitW, now, loads: [car('a', aA), car('b', bA)], meters, previous }), rules));
    };
    const seen = later(70, 7, 12, told);
    expect(limits(seen)).toEqual([8, 12]);
    const used = later(100, 7, 12, seen);
    expect(limits(used)).toEqual([8, 16]);
    expect(used.loads[0]?.why).toBe('It was seen to take less than it was allowed; 8 A leave it room.');
    const wantsMore = later(180, 8, 16, used);
    expect(wantsMore.loads[0]?.seenCapA).toBeNull();
    expect(limits(later(210, 8, 12, wantsMore))[0]).toBe(12);
  });

  it('rotates those who wait, each at the latest after 15 minutes', () => {
    const loads = ['a', 'b', 'c'].map((charger) => load(charger));
    let previous: PowerDecision | null = null;
    const charged = new Map<string, number>();
    for (let now = START; now < START + 60 * MINUTE; now += 10 * SECOND) {
      const takenW = previous?.loads.reduce((sum, { limitA }) => sum + powerOf(limitA ?? 0, 3), 0) ?? 0;
      const seen = loads.map((one) => {
        const powerW = powerOf(previous?.loads.find((other) => loadKey(other) === loadKey(one))?.limitA ?? 0, 3);
        one.energyWh += (powerW * 10) / 3_600;
        return { ...one, powerW, measuredAt: now };
      });
      const meters = grid(6_200 + takenW, now);
      previous = obeyed(share(input({ gridLimitW: 6_200 + 4_300, now, loads: seen, meters, previous }), rules));
      for (const { charger, limitA } of previous.loads) {
        if (limitA === 6) charged.set(charger, (charged.get(charger) ?? 0) + 1);
      }
    }
    const minutes = [...charged.values()].map((turns) => (turns * 10) / 60);
    expect(minutes).toHaveLength(3);
    for (const one of minutes) expect(one).toBeGreaterThanOrEqual(15);
  });
});

describe('whatever happens', () => {
  const anyLoad = fc.record({
    charger: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    evse: fc.constantFrom(1, 2),
    energyWh: fc.integer({ min: 0, max: 50_000 }),
    powerW: fc.option(fc.integer({ min: 0, max: 25_000 })),
    measuredAgoS: fc.integer({ min: 0, max: 300 }),
    online: fc.boolean(),
    phases: fc.constantFrom<(1 | 3 | undefined)[]>(1, 3, undefined),
    maxA: fc.constantFrom<(number | undefined)[]>(16, 32, undefined),
    fallbackA: fc.constantFrom<(number | null)[]>(null, 0, 6, 13),
  });
  const anyStep = fc.record({
    loads: fc.uniqueArray(anyLoad, { maxLength: 8, selector: ({ charger, evse }) => `${charger}${evse}` }),
    afterS: fc.integer({ min: 1, max: 400 }),
    gridW: fc.option(fc.integer({ min: -50_000, max: 90_000 })),
    refusing: fc.constantFrom('', 'a', 'b'),
    unseenW: fc.integer({ min: 0, max: 20_000 }),
  });
  type Step = typeof anyStep extends fc.Arbitrary<infer Of> ? Of : never;
  const toLoads = (step: Step, now: number) =>
    step.loads.map(({ charger, measuredAgoS, phases, maxA, ...rest }) => ({
      ...load(charger, rest),
      measuredAt: rest.powerW === null ? null : now - measuredAgoS * SECOND,
      ...(phases === undefined ? {} : { phases }),
      ...(maxA === undefined ? {} : { maxA }),
    }));
  const answered = (decision: PowerDecision, refusing: string): PowerDecision => {
    const yes = obeyed(decision);
    yes.loads = yes.loads.map((one, index): SharedLoad => {
      if (one.charger !== refusing || one.limitA === null) return one;
      const held = decision.loads[index]?.held ?? null;
      return { ...one, held, refused: { limitA: one.limitA, at: decision.at, outcome: 'rejected' } };
    });
    return yes;
  };

  it('all that is told and kept fits into the budget, and no car is told what it cannot follow', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 90_000 }),
        (steps, gridLimitW) => {
          let previous: PowerDecision | null = null;
          let now = START;
          for (const step of steps) {
            now += step.afterS * SECOND;
            const meters = step.gridW === null ? { grid: null, building: null, pv: null } : grid(step.gridW, now);
            const { unseenW } = step;
            const asked = input({ now, gridLimitW, meters, loads: toLoads(step, now), unseenW, previous });
            const decision = share(asked, rules);
            expect(share(structuredClone(asked), rules)).toEqual(decision);
            const countedW = unseenW + decision.loads.reduce((sum, one) => sum + one.countedW, 0);
            expect(countedW).toBeLessThanOrEqual(Math.max(decision.budgetW, decision.reservedW));
            for (const { limitA, countedW: ownW, phases, why } of decision.loads) {
              expect(why).not.toBe('');
              if (limitA === null) continue;
              expect(limitA === 0 || (limitA >= 6 && Number.isInteger(limitA))).toBe(true);
              expect(powerOf(limitA, phases)).toBeLessThanOrEqual(ownW);
            }
            previous = answered(decision, step.refusing);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('cars that could use more never differ by more than 1 A when they are first told', () => {
    const unevenness = (step: Step): number => {
      const decision = share(input({ loads: toLoads(step, START), meters: grid(step.gridW ?? 0, START) }), rules);
      const told = decision.loads.flatMap(({ charger, evse, limitA }) => {
        const maxA = step.loads.find((one) => one.charger === charger && one.evse === evse)?.maxA ?? 32;
        return limitA !== null && limitA > 0 && limitA < maxA ? [limitA] : [];
      });
      return told.length === 0 ? 0 : Math.max(...told) - Math.min(...told);
    };
    expect(fc.check(fc.property(anyStep, (step) => unevenness(step) <= 1)).counterexample).toBeNull();
  });
});
