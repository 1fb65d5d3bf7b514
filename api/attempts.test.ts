import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { createAttempts } from './attempts.ts';

describe('attempts', () => {
  const limits = { tries: 3, oneMoreAfterMs: 10_000 };
  const takes = (attempts: ReturnType<typeof createAttempts>, key: string, times: number) => {
    for (let time = 0; time < times; time++) attempts.take(key);
  };

  it('run out, and come back one by one', async () => {
    const clock = handClock(0);
    const attempts = createAttempts(clock, limits);
    takes(attempts, 'anna', 3);
    expect(() => attempts.take('anna')).toThrow(expect.objectContaining({ code: 'rate-limited' }));
    await clock.advance(10_000);
    attempts.take('anna');
    expect(() => attempts.take('anna')).toThrow(/try again in 10 s/);
    await clock.advance(30_000);
    takes(attempts, 'anna', 3);
  });

  it('of one key do not touch another', () => {
    const attempts = createAttempts(handClock(0), limits);
    takes(attempts, 'anna', 3);
    expect(() => attempts.take('bruno')).not.toThrow();
  });

  it('that were no failure cost nothing', () => {
    const attempts = createAttempts(handClock(0), limits);
    for (let time = 0; time < 100; time++) {
      attempts.take('anna');
      attempts.giveBack('anna');
    }
    expect(() => takes(attempts, 'anna', 3)).not.toThrow();
  });

  it('of any number of keys take bounded memory, and the latest stay limited', () => {
    const attempts = createAttempts(handClock(0), limits);
    for (let key = 0; key < 20_000; key++) attempts.take(String(key));
    takes(attempts, '19999', 2);
    expect(() => attempts.take('19999')).toThrow('Too many');
    takes(attempts, '0', 3);
  });
});
