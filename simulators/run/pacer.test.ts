import { describe, expect, it } from 'vitest';
import { type Clock, handClock, steadyMs } from '#estate/clock.ts';
import { createPacer } from './pacer.ts';

const still = { idle: () => Promise.resolve() };
const { signal } = new AbortController();
const paceFrom = (clock: Clock, speed: number) => ({ steadyMs: steadyMs(), at: clock.now(), speed });

describe('A pacer', () => {
  it('moves the simulated time on no faster than asked', async () => {
    const clock = handClock(1_000_000);
    const began = steadyMs();
    await createPacer(
      { clock, activity: still },
      { pace: paceFrom(clock, 100), stepMs: 500, patienceMs: 1_000, signal },
    ).until(1_030_000);
    expect(clock.now()).toBe(1_030_000);
    expect(steadyMs() - began).toBeGreaterThanOrEqual(295);
  });

  it('runs what falls due at its own instant, in steps that do not depend on the speed', async () => {
    const seen = async (speed: number) => {
      const clock = handClock(0);
      const instants: number[] = [];
      clock.every(700, () => void instants.push(clock.now()));
      await createPacer(
        { clock, activity: still },
        { pace: paceFrom(clock, speed), stepMs: 1_000, patienceMs: 1_000, signal },
      ).until(5_000);
      return instants;
    };
    expect(await seen(1_000)).toEqual(await seen(50));
  });

  it('waits for what is under way, says how far it fell behind, and makes up for it', async () => {
    const clock = handClock(0);
    let slow = true;
    const activity = {
      async idle() {
        if (slow) await new Promise((resolve) => setTimeout(resolve, 60));
      },
    };
    const pacer = createPacer(
      { clock, activity },
      { pace: paceFrom(clock, 1_000), stepMs: 10_000, patienceMs: 1_000, signal },
    );
    await pacer.until(40_000);
    expect(pacer.lagS).toBeGreaterThan(0.15);
    slow = false;
    let lagS = Infinity;
    // A single timer that fires late is no lag.
    for (let at = 400_000; lagS >= 0.1 && at < 20_000_000; at += 100_000) {
      await pacer.until(at);
      lagS = pacer.lagS;
    }
    expect(lagS).toBeLessThan(0.1);
  });

  it('does not make up for what is forgiven', async () => {
    const clock = handClock(0);
    const pacer = createPacer(
      { clock, activity: still },
      { pace: paceFrom(clock, 100), stepMs: 1_000, patienceMs: 1_000, signal },
    );
    await new Promise((resolve) => setTimeout(resolve, 120));
    const before = pacer.lagS;
    expect(before).toBeGreaterThan(0.1);
    const began = steadyMs();
    pacer.forgive();
    expect(pacer.lagS).toBeLessThan(before);
    await pacer.until(10_000);
    expect(steadyMs() - began).toBeGreaterThanOrEqual(95);
  });

  it('ends early when it is told to, by a condition or a signal', async () => {
    const clock = handClock(0);
    const stop = new AbortController();
    const pacer = createPacer(
      { clock, activity: still },
      { pace: paceFrom(clock, 1_000), stepMs: 10, patienceMs: 1, signal: stop.signal },
    );
    await pacer.until(1_000, () => clock.now() >= 100);
    expect(clock.now()).toBe(100);
    setTimeout(() => stop.abort(), 20);
    await pacer.until(36_000_000);
    expect(clock.now()).toBeLessThan(30_000_000);
  });
});
