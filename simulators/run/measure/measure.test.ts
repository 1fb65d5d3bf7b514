import { steadyMs } from '#estate/clock.ts';
import { describe, expect, it } from 'vitest';
import type { Outcome, Undertaking } from '../../probe.ts';
import { createMeasure, type Sample } from './measure.ts';

const START = Date.UTC(2026, 10, 21, 6, 30);

function setUp() {
  let nowMs = 5000;
  const chargers = ['c1', 'c2', 'c3'];
  const measure = createMeasure({
    steadyMs: () => nowMs,
    chargers,
    gateways: 1,
    hasGridLimits: true,
    hasOrders: true,
    strangers: 83,
  });
  const pass = (ms: number) => void (nowMs += ms);
  const undertake = (kind: Undertaking['kind'], outcome: Outcome, tookMs = 10) => {
    const end = measure.probe.begin({ kind, peer: 'c1', name: kind });
    pass(tookMs);
    end(outcome);
  };
  const sample = (of: Partial<Sample> = {}) =>
    measure.sample({
      simulatedAt: START + nowMs,
      charging: 0,
      sessionsBegun: 0,
      sessionsEnded: 0,
      energyKWh: 0,
      points: 0,
      queued: 0,
      updated: 0,
      lagS: 0,
      memoryMB: 100,
      ...of,
    });
  const all = (isUp: boolean) => {
    for (const id of chargers) measure.probe.standing(id, isUp);
  };
  return { measure, pass, undertake, sample, all };
}

const DONE: Outcome = { kind: 'done' };
const LOST: Outcome = { kind: 'lost' };
const ERROR: Outcome = { kind: 'error', error: 'InternalError: 12345 broke' };

describe('What is measured of the wires', () => {
  it('is counted by kind and outcome', () => {
    const { measure, undertake } = setUp();
    for (const kind of ['call', 'publish', 'connect'] as const) {
      for (const outcome of [DONE, DONE, ERROR, LOST]) undertake(kind, outcome);
    }
    measure.probe.asked('c1', 'Reset');
    expect(measure.figures()).toMatchObject({
      calls: 3,
      'calls.errors': 1,
      'calls.lost': 1,
      publishes: 2,
      'publishes.lost': 2,
      'handshakes.failed': 2,
      asked: 1,
      'calls.rate': 3 / 0.12,
    });
    expect(measure.errors()).toEqual([
      { text: 'call: InternalError: … broke', count: 1, peer: 'c1' },
      { text: 'connect: InternalError: … broke', count: 1, peer: 'c1' },
      { text: 'publish: InternalError: … broke', count: 1, peer: 'c1' },
    ]);
  });

  it('is how long answers took, and nothing when there were none', () => {
    const { measure, undertake } = setUp();
    expect(measure.figures()).toMatchObject({ 'calls.p50': null, 'calls.max': null, 'publishes.p95': null });
    for (let n = 1; n <= 100; n++) undertake('call', DONE, n);
    const { 'calls.p50': p50, 'calls.p95': p95, 'calls.max': max } = measure.figures();
    expect(Math.abs((p50 ?? 0) - 50)).toBeLessThanOrEqual(1);
    expect(Math.abs((p95 ?? 0) - 95)).toBeLessThanOrEqual(1.9);
    expect(max).toBe(100);
  });

  it('costs less than a microsecond or so an undertaking', () => {
    const measure = createMeasure({
      steadyMs,
      chargers: ['c1'],
      gateways: 0,
      hasGridLimits: false,
      hasOrders: false,
    });
    const what = { kind: 'call', peer: 'c1', name: 'Heartbeat' } as const;
    const many = (count: number) => {
      const sinceMs = steadyMs();
      for (let n = 0; n < count; n++) measure.probe.begin(what)(DONE);
      return (1000 * (steadyMs() - sinceMs)) / count;
    };
    many(20_000);
    const best = Math.min(...Array.from({ length: 10 }, () => many(20_000)));
    // Twice what is aimed at: the machine has other work.
    expect(best).toBeLessThan(2);
  });
});

describe('What operators and connections do', () => {
  it('is counted in its stage, and the worst of it is of that stage alone', () => {
    const { measure } = setUp();
    measure.stage('one');
    measure.order('given');
    measure.order('given');
    measure.order('refused');
    for (const name of ['rude', 'rude', 'loud']) measure.stranger(name);
    measure.unmet();
    measure.overload(90_000, 0.5);
    measure.stage('two');
    measure.overload(30_000, 0.1);
    const [one, two] = measure.stages().map(({ figures }) => figures);
    expect(one).toMatchObject({ strangers: 83, 'strangers.kinds': 2, 'strangers.came': 3, unmet: 1 });
    expect(two).toMatchObject({ strangers: 83, 'strangers.kinds': 0, 'strangers.came': 0, unmet: null });
    expect(one).toMatchObject({ orders: 2, 'orders.refused': 1, overloads: 1.5, 'overloads.worst': 50 });
    expect(two).toMatchObject({ orders: 0, 'orders.refused': 0, overloads: 0.5, 'overloads.worst': 10 });
    expect(measure.figures()).toMatchObject({
      orders: 2,
      'strangers.kinds': 2,
      unmet: 1,
      overloads: 2,
      'overloads.worst': 50,
    });
  });

  it('is nothing where nobody orders, no stranger comes, no connection limits and no gateway speaks', () => {
    const measure = createMeasure({
      steadyMs,
      chargers: ['c1'],
      gateways: 0,
      hasGridLimits: false,
      hasOrders: false,
    });
    const { orders, updated, unmet, overloads, gateways, publishes, points } = measure.figures();
    expect([orders, updated, unmet, overloads, gateways, publishes, points]).toEqual(
      Array.from({ length: 7 }, () => null),
    );
  });

  it('is no error while a network is bad on purpose', () => {
    const { measure, undertake } = setUp();
    measure.hold('c1', true);
    measure.hold('c1', true);
    measure.hold('c1', false);
    undertake('connect', ERROR);
    undertake('call', ERROR);
    expect(measure.errors().map(({ text }) => text)).toEqual(['call: InternalError: … broke']);
    measure.hold('c1', false);
    undertake('connect', ERROR);
    expect(measure.errors()).toHaveLength(2);
    expect(measure.figures()).toMatchObject({ 'handshakes.failed': 2 });
  });
});

describe('Stages', () => {
  it('have their own figures, and the run the sum of all', () => {
    const { measure, undertake, sample, pass } = setUp();
    undertake('call', DONE, 1000);
    sample({ sessionsBegun: 1, energyKWh: 2, points: 10, lagS: 9 });
    measure.stage('one');
    undertake('call', DONE, 1000);
    undertake('call', DONE, 1000);
    sample({ sessionsBegun: 4, energyKWh: 7, points: 30, lagS: 1, memoryMB: 400, queued: 5, charging: 3 });
    measure.stage('two');
    undertake('call', ERROR, 500);
    sample({ sessionsBegun: 4, sessionsEnded: 2, energyKWh: 8, points: 31, memoryMB: 200, charging: 1 });
    measure.stage(null);
    pass(10_000);
    const [one, two] = measure.stages();
    expect(one).toMatchObject({ name: 'one', fromS: 1, toS: 3 });
    expect(one?.figures).toMatchObject({
      calls: 2,
      'calls.rate': 1,
      'calls.errors': 0,
      'sessions.begun': 3,
      energy: 5,
      points: 20,
      lag: 1,
      memory: 400,
      queued: 5,
      charging: 3,
    });
    expect(two).toMatchObject({ name: 'two', fromS: 3, toS: 3.5 });
    expect(two?.figures).toMatchObject({
      calls: 1,
      'calls.rate': 2,
      'calls.errors': 1,
      'sessions.begun': 0,
      'sessions.ended': 2,
      energy: 1,
      memory: 200,
      queued: 0,
    });
    expect(measure.figures()).toMatchObject({ calls: 4, 'sessions.begun': 4, energy: 8, points: 31, lag: 9 });
    expect(measure.timeline()).toMatchObject([
      { atS: 1, callsPerS: 1, errors: 0 },
      { atS: 3, callsPerS: 1, simulatedAt: '2026-11-21T06:30:08.000Z' },
      { atS: 3.5, callsPerS: 2, errors: 1 },
    ]);
  });

  it('that still run are told until now', () => {
    const { measure, undertake } = setUp();
    measure.stage('one');
    undertake('call', DONE, 1000);
    expect(measure.stages()).toMatchObject([{ name: 'one', fromS: 0, toS: 1, figures: { calls: 1 } }]);
    undertake('call', DONE, 1000);
    expect(measure.stages()).toMatchObject([{ toS: 2, figures: { calls: 2, 'calls.rate': 1 } }]);
  });
});

describe('The return of the chargers', () => {
  it('is not their first coming, and gateways do not count', () => {
    const { measure, pass, all } = setUp();
    all(true);
    measure.probe.standing('gateway', true);
    pass(1000);
    measure.probe.standing('gateway', false);
    expect(measure.figures()).toMatchObject({ chargers: 3, connected: 3, gateways: 0, reconnected: null });
  });

  it('lasts from the first that is gone until all are accepted', () => {
    const { measure, pass, all } = setUp();
    all(true);
    measure.probe.standing('c1', false);
    pass(1000);
    measure.probe.standing('c2', false);
    pass(1000);
    measure.probe.standing('c1', true);
    expect(measure.figures().reconnected).toBeNull();
    pass(1000);
    measure.probe.standing('c2', true);
    expect(measure.figures().reconnected).toBe(3);
  });

  it('begins when the fault ends that kept them away', () => {
    const { measure, pass, all } = setUp();
    all(true);
    all(false);
    pass(10_000);
    measure.cutEnded();
    pass(4000);
    all(true);
    expect(measure.figures().reconnected).toBe(4);
  });

  it('begins when they are gone where that is noticed after the end of a short cut', () => {
    const { measure, pass, all } = setUp();
    all(true);
    measure.cutEnded();
    pass(50);
    all(false);
    pass(2000);
    all(true);
    expect(measure.figures().reconnected).toBe(2);
  });

  it('belongs to the stage in which it ended, is the last one of it, and none while some are away', () => {
    const { measure, pass, all } = setUp();
    all(true);
    measure.stage('one');
    for (const ms of [1000, 2000]) {
      all(false);
      pass(ms);
      all(true);
    }
    measure.stage('two');
    pass(1000);
    expect(measure.stages().map(({ figures }) => figures.reconnected)).toEqual([2, null]);
    expect(measure.figures().reconnected).toBe(2);
    measure.probe.standing('c3', false);
    expect(measure.figures().reconnected).toBeNull();
  });
});
