import { describe, expect, it } from 'vitest';
import { scaledClock, steadyMs } from './clock.ts';

const START = Date.UTC(2026, 0, 15, 5, 30);

describe('A scaled clock', () => {
  it('begins when it is told to and passes so many times as fast', async () => {
    const beganMs = steadyMs();
    const clock = scaledClock({ startMs: START, speed: 1_000 });
    expect(clock.now()).toBeGreaterThanOrEqual(START);
    expect(clock.now()).toBeLessThan(START + 1_000 * (steadyMs() - beganMs) + 1);
    await clock.sleep(60_000);
    const passedMs = clock.now() - START;
    expect(passedMs).toBeGreaterThan(55_000);
    expect(passedMs).toBeLessThanOrEqual(1_000 * (steadyMs() - beganMs));
    expect(Number.isInteger(passedMs)).toBe(true);
  });

  it('runs what is due after a delay of its own time, unless that is cancelled', async () => {
    const clock = scaledClock({ startMs: START, speed: 1_000 });
    const ran: string[] = [];
    clock.after(30_000, () => ran.push('soon'));
    clock.after(30_000, () => ran.push('never'))();
    const stop = clock.every(10_000, () => ran.push('again'));
    await clock.sleep(100_000);
    while (ran.filter((each) => each === 'again').length < 2) await clock.sleep(10_000);
    stop();
    const count = ran.length;
    expect(ran).toContain('soon');
    expect(ran).not.toContain('never');
    await clock.sleep(50_000);
    expect(ran.length).toBe(count);
  });

  it('sleeps no longer than it is let', async () => {
    const clock = scaledClock({ startMs: START, speed: 2 });
    await clock.sleep(60_000, AbortSignal.abort());
    expect(clock.now()).toBeLessThan(START + 30_000);
  });
});
