import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { createPace } from './pace.ts';

describe('the pace of a connection', () => {
  it('lets a burst through at once, and then so many a second, in order', async () => {
    const clock = handClock(1_000);
    const pace = createPace({ burst: 3, perSecond: 10 }, clock);
    const passed: number[] = [];
    for (let message = 0; message < 6; message++) void Promise.resolve(pace.turn()).then(() => passed.push(message));
    await clock.advance(0);
    expect(passed).toEqual([0, 1, 2]);
    await clock.advance(100);
    expect(passed).toEqual([0, 1, 2, 3]);
    await clock.advance(200);
    expect(passed).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('is patient again after a rest, up to the burst', async () => {
    const clock = handClock(1_000);
    const pace = createPace({ burst: 2, perSecond: 10 }, clock);
    await clock.advance(60_000);
    expect([pace.turn(), pace.turn()]).toEqual([null, null]);
    expect(pace.turn()).not.toBeNull();
  });
});
