import { describe, expect, test } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import type { Peer } from '../wire/rpc.ts';
import { createInbox } from './inbox.ts';

const BEAT = '[2,"a","Heartbeat",{}]';
const LARGE = BEAT.padEnd(64 * 1024);

/** The inbox of a charger whose frames take a while each to be served. */
function open({ serveMs }: { serveMs: number }) {
  const clock = handClock(0);
  const seen = { served: 0, held: false, expelled: '' };
  const peer: Pick<Peer, 'hold' | 'resume' | 'unsent'> = {
    hold: () => void (seen.held = true),
    resume: () => void (seen.held = false),
    unsent: () => 0,
  };
  const serve = async () => {
    await clock.sleep(serveMs);
    seen.served += 1;
  };
  const inbox = createInbox({ peer, clock }, { serve, expel: (reason) => void (seen.expelled ||= reason) });
  const send = (frame: string, count: number) => Array.from({ length: count }, () => inbox.take(frame));
  return { clock, seen, send };
}

describe('What a charger sends', () => {
  test('is served in turn, a backlog told at once included', async () => {
    const { clock, seen, send } = open({ serveMs: 2 });
    send(BEAT, 900);
    await clock.advance(10 * SECOND);
    expect(seen).toEqual({ served: 900, held: false, expelled: '' });
  });

  test('is no more read while much of it waits, and read on when all is served', async () => {
    const { clock, seen, send } = open({ serveMs: 20 });
    send(LARGE, 10);
    expect(seen.held).toBe(true);
    await clock.advance(SECOND);
    expect(seen).toEqual({ served: 10, held: false, expelled: '' });
  });

  test.each([
    ['more waits than any charger that waits for its answers has', 10, BEAT, 1_001, 'Too many messages at once'],
    ['it is too large to be served within a second', 200, LARGE, 10, 'Too many messages for too long'],
  ])('ends the connection when %s', async (_, serveMs, frame, count, reason) => {
    const { clock, seen, send } = open({ serveMs });
    send(frame, count);
    await clock.advance(2 * SECOND);
    expect(seen.expelled).toBe(reason);
  });

  test('ends the connection within two seconds once it is too much and goes on', async () => {
    const { clock, seen, send } = open({ serveMs: 0 });
    // 300 in a second, of which 100 are granted: the allowance for a burst lasts for five.
    for (let step = 0; step < 70 && seen.expelled === ''; step++) {
      send(BEAT, 30);
      await clock.advance(SECOND / 10);
    }
    expect(seen.expelled).toBe('Too many messages for too long');
  });
});
