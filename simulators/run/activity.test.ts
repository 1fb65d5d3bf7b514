import { handClock } from '#estate/clock.ts';
import { describe, expect, it } from 'vitest';
import type { Probe } from '../probe.ts';
import { createActivity } from './activity.ts';
import { joinedProbe } from './joined-probe.ts';

function setUp() {
  const clock = handClock(0);
  const activity = createActivity({ clock, steadyMs: () => clock.now() });
  const begin = (peer: string) => {
    const end = activity.probe.begin({ kind: 'call', peer, name: 'Heartbeat' });
    return () => end({ kind: 'done' });
  };
  const idle = (patienceMs = 1000) => {
    const found = { isOver: false };
    void activity.idle(patienceMs).then(() => void (found.isOver = true));
    return found;
  };
  return { clock, activity, begin, idle };
}
const settle = async () => {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('A fleet is idle', () => {
  it('when nothing was begun', async () => {
    const { idle } = setUp();
    const found = idle();
    await settle();
    expect(found.isOver).toBe(true);
  });

  it('once everything that was begun has ended', async () => {
    const { begin, idle, activity } = setUp();
    const ends = [begin('a'), begin('a'), begin('b')];
    const found = idle();
    for (const end of ends) {
      await settle();
      expect(found.isOver).toBe(false);
      end();
      end();
    }
    await settle();
    expect(found.isOver).toBe(true);
    expect(activity.underWay()).toBe(0);
  });

  it('not before that has ended which an answer led to', async () => {
    const { begin, idle } = setUp();
    const first = begin('a');
    const found = idle();
    await settle();
    first();
    const next = await Promise.resolve().then(() => begin('a'));
    await settle();
    expect(found.isOver).toBe(false);
    next();
    await settle();
    expect(found.isOver).toBe(true);
  });

  it('when the patience is gone, counts what it gave up, and does not wait for the same again', async () => {
    const { clock, activity, begin, idle } = setUp();
    begin('slow');
    await clock.advance(600);
    const end = begin('quick');
    const found = idle();
    await settle();
    end();
    await clock.advance(399);
    await settle();
    expect(found.isOver).toBe(false);
    await clock.advance(1);
    await settle();
    expect(found.isOver).toBe(true);
    const again = idle();
    await settle();
    expect(again.isOver).toBe(true);
    expect(activity.givenUp()).toBe(1);
  });

  it('without the peers that are held, from the moment that they are', async () => {
    const { activity, begin, idle } = setUp();
    const end = begin('held');
    begin('held');
    const found = idle();
    await settle();
    activity.hold('held', true);
    activity.hold('held', true);
    begin('held');
    end();
    await settle();
    expect(found.isOver).toBe(true);
    activity.hold('held', false);
    expect(activity.underWay()).toBe(0);
    activity.hold('held', false);
    expect(activity.underWay()).toBe(2);
    const again = idle();
    await settle();
    expect(again.isOver).toBe(false);
  });

  it('at once when it is let go', async () => {
    const { activity, begin, idle } = setUp();
    begin('slow');
    const found = idle();
    await settle();
    expect(found.isOver).toBe(false);
    activity.letGo();
    await settle();
    expect(found.isOver).toBe(true);
    const again = idle();
    await settle();
    expect(again.isOver).toBe(true);
  });

  it('and gives up nothing when only held peers outlasted the patience', async () => {
    const { clock, activity, begin, idle } = setUp();
    activity.hold('held', true);
    begin('held');
    await clock.advance(5000);
    const found = idle();
    await settle();
    expect(found.isOver).toBe(true);
    expect(activity.givenUp()).toBe(0);
  });
});

describe('A joined probe', () => {
  it('tells everything to all', () => {
    const heard: string[] = [];
    const listener = (name: string): Probe => ({
      begin: (what) => {
        heard.push(`${name} begins ${what.name}`);
        return (outcome) => heard.push(`${name} ends ${outcome.kind}`);
      },
      standing: (peer, isUp) => heard.push(`${name} ${peer} ${isUp}`),
      asked: (peer, action) => heard.push(`${name} ${peer} ${action}`),
    });
    const probe = joinedProbe(listener('a'), listener('b'));
    probe.begin({ kind: 'call', peer: 'p', name: 'x' })({ kind: 'lost' });
    probe.standing('p', true);
    probe.asked('p', 'Reset');
    expect(heard).toEqual([
      'a begins x',
      'b begins x',
      'a ends lost',
      'b ends lost',
      'a p true',
      'b p true',
      'a p Reset',
      'b p Reset',
    ]);
  });
});
