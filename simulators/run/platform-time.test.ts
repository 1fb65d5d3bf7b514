import { steadyMs, systemClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { platformTime } from './platform-time.ts';

const saying = (said: { now: string; speed: number | null }) => ({
  get: <T>(_path: string, schema: z.ZodType<T>) => Promise.resolve(schema.parse(said)),
});

describe("A platform's time", () => {
  it('is the real one where it says no other, and nobody need keep pace with it', async () => {
    const time = await platformTime(saying({ now: '2001-01-01T00:00:00.000Z', speed: null }));
    expect(time).toMatchObject({ speed: 1, pace: null });
    expect(Math.abs(time.now() - systemClock.now())).toBeLessThan(MINUTE);
  });

  it('passes from when it was asked, as fast as it says', async () => {
    const at = Date.UTC(2026, 0, 15, 5, 30);
    const beforeMs = steadyMs();
    const time = await platformTime(saying({ now: '2026-01-15T05:30:00.000Z', speed: 60 }));
    expect(time).toMatchObject({ speed: 60, pace: { at, speed: 60 } });
    const askedMs = time.pace?.steadyMs ?? NaN;
    const [earlyMs, now, lateMs] = [steadyMs(), time.now(), steadyMs()];
    expect(askedMs).toBeGreaterThanOrEqual(beforeMs);
    expect(askedMs).toBeLessThanOrEqual(earlyMs);
    expect(now - at).toBeGreaterThanOrEqual(60 * (earlyMs - askedMs) - 1);
    expect(now - at).toBeLessThanOrEqual(60 * (lateMs - askedMs) + 1);
  });
});
