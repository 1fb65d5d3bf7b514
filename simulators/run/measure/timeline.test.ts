import { describe, expect, it } from 'vitest';
import { record } from './histogram.ts';
import { createTally } from './tally.ts';
import { createTimeline, type Timeline } from './timeline.ts';

/** One second: so many calls, each answered within so many ms. */
function second(timeline: Timeline, atS: number, { calls = 1, tookMs = 10, memoryMB = 100 } = {}) {
  const tally = createTally();
  for (let n = 0; n < calls; n++) record(tally.calls, tookMs);
  record(tally.publishes, 1);
  timeline.add(tally);
  timeline.mark(atS, { simulatedAt: `at ${atS}`, connected: atS, charging: 0, errors: atS, memoryMB, lagS: 0 });
}

describe('The timeline', () => {
  it('has a point for each mark, with what happened since the one before', () => {
    const timeline = createTimeline();
    second(timeline, 2, { calls: 10 });
    second(timeline, 3, { calls: 0 });
    const [first, next] = timeline.points();
    expect(first).toMatchObject({ atS: 2, callsPerS: 5, publishesPerS: 0.5, connected: 2, simulatedAt: 'at 2' });
    expect(first?.p50Ms).toBeCloseTo(10, 0);
    expect(next).toMatchObject({ atS: 3, callsPerS: 0, publishesPerS: 1, p50Ms: null, p95Ms: null, p99Ms: null });
    expect(timeline.latest()).toEqual(next);
  });

  it('merges neighbours as if they had been measured together', () => {
    const timeline = createTimeline(2);
    second(timeline, 1, { calls: 97, tookMs: 1, memoryMB: 300 });
    second(timeline, 2, { calls: 3, tookMs: 1000 });
    second(timeline, 3, { calls: 7 });
    const [merged, last] = timeline.points();
    expect(merged).toMatchObject({ atS: 2, callsPerS: 50, connected: 2, errors: 2, memoryMB: 300 });
    expect(merged?.p50Ms).toBeCloseTo(1, 1);
    expect(merged?.p99Ms).toBeGreaterThan(980);
    expect(last).toMatchObject({ atS: 3, callsPerS: 7 });
  });

  it('stays within its bound however long the run, and loses no call', () => {
    const timeline = createTimeline(600);
    for (let atS = 1; atS <= 10_000; atS++) second(timeline, atS, { calls: atS % 7 });
    const points = timeline.points();
    expect(points.length).toBeLessThanOrEqual(600);
    expect(points.length).toBeGreaterThan(300);
    const spans = points.map(({ atS }, at) => atS - (points[at - 1]?.atS ?? 0));
    expect(new Set(spans.slice(0, -1)).size).toBe(1);
    const calls = points.reduce((sum, { callsPerS }, at) => sum + callsPerS * (spans[at] ?? 0), 0);
    expect(calls).toBeCloseTo(
      Array.from({ length: 10_000 }, (_, n) => (n + 1) % 7).reduce((sum, each) => sum + each),
      3,
    );
    expect(points.at(-1)?.atS).toBe(10_000);
  });
});
