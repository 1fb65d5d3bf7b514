import { describe, expect, it } from 'vitest';
import { createMeasure } from './measure/measure.ts';
import { createProgress } from './progress.ts';

const START = Date.UTC(2026, 10, 21, 6, 30);

function setUp() {
  let nowMs = 0;
  const steadyMs = () => nowMs;
  const progress = createProgress({ title: 'A run', seed: '1', api: 'http://here', chargers: 2, steadyMs });
  return { progress, steadyMs, pass: (ms: number) => void (nowMs += ms) };
}

describe('The progress of a run', () => {
  it('shows what is done while there is no fleet yet', () => {
    const { progress, pass } = setUp();
    progress.phase('Registering');
    pass(1_500);
    expect(progress.view()).toMatchObject({
      phase: 'Registering',
      elapsedS: 1.5,
      stage: null,
      simulatedAt: null,
      speed: 0,
      connected: 0,
      chargers: 2,
    });
  });

  it('shows the stage by simulated time, and how fast that passes', () => {
    const { progress, steadyMs, pass } = setUp();
    // Registering takes its time.
    pass(9_000);
    const measure = createMeasure({
      steadyMs,
      chargers: ['c1', 'c2'],
      gateways: 1,
      hasGridLimits: false,
      hasOrders: false,
    });
    let now = START;
    progress.watch({
      measure,
      now: () => now,
      lagS: () => 2,
      queued: () => 3,
      charging: () => 1,
      gateways: 1,
      connections: 'gateways',
    });
    progress.stage({ name: 'one', number: 1, of: 2, fromMs: START, forMs: 60_000 });
    const sums = { charging: 1, sessionsBegun: 0, sessionsEnded: 0, energyKWh: 0, points: 0, queued: 3, updated: 0 };
    for (let second = 0; second < 10; second++) {
      pass(1_000);
      now += 4_000;
      measure.sample({ simulatedAt: now, ...sums, lagS: 2, memoryMB: 100 });
    }
    measure.probe.standing('c1', true);
    expect(progress.view()).toMatchObject({
      stage: { name: 'one', number: 1, of: 2, doneS: 40, ofS: 60 },
      simulatedAt: '2026-11-21T06:30:40.000Z',
      speed: 4,
      lagS: 2,
      connected: 1,
      queued: 3,
    });
    progress.fault({ stage: 'one', text: 'cut', peers: 2 });
    expect(progress.faults[0]?.fromS, 'on the axis of the timeline').toBe(measure.latest()?.atS);
    progress.phase('Waiting');
    expect(progress.view().stage).toBeNull();
  });

  it('knows from when to when a fault stood', () => {
    const { progress, pass } = setUp();
    pass(1_000);
    const end = progress.fault({ stage: 'one', text: 'cut', peers: 2 });
    expect(progress.faults).toEqual([{ stage: 'one', text: 'cut', peers: 2, fromS: 1, toS: null }]);
    pass(2_000);
    end();
    expect(progress.view().faults).toEqual([{ stage: 'one', text: 'cut', peers: 2, fromS: 1, toS: 3 }]);
  });
});
