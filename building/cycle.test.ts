import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '#estate/fact.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { SCENE_START, barolo, car, createScene, type Scene } from './specimens.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const began = (charger: string): Fact => ({
  kind: 'session-began',
  charger,
  site: 'barolo',
  at: scene.clock.now(),
  session: `s-${charger}`,
  energyWh: 0,
  powerW: null,
});

describe('a limited site', () => {
  it('shares its power at once when a session begins, and tells it as a fact', async () => {
    await scene.building.start();
    scene.loads = [car('a'), car('b')];
    scene.building.note(began('b'));
    await scene.quiet();
    expect(scene.sent()).toMatchObject([
      { charger: 'a', evse: 1, transaction: '42', limitA: 10, phases: 3, expiresAt: SCENE_START + 10 * MINUTE },
      { charger: 'b', evse: 1, transaction: '42', limitA: 10, phases: 3 },
    ]);
    expect(scene.facts).toMatchObject([{ kind: 'power-shared', site: 'barolo', budgetW: 13_800, limits: [{}, {}] }]);
    expect(scene.building.decision('barolo')).toMatchObject({
      basis: 'measured',
      loads: [{ held: { limitA: 10 } }, {}],
    });
  });

  it('sends a limit again only when it changes or is about to lapse', async () => {
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    expect(scene.told()).toEqual([['a', 20]]);
    await scene.pass(4 * MINUTE);
    expect(scene.told()).toEqual([]);
    await scene.pass(MINUTE);
    expect(scene.told()).toEqual([['a', 20]]);
  });

  it('lets all limits lapse at one instant, so that they and the defaults never hold side by side', async () => {
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.pass(3 * MINUTE);
    scene.loads = [car('a'), car('b')];
    await scene.pass(10 * SECOND);
    scene.answers.set('b', 'timed-out');
    await scene.pass(3 * MINUTE);
    scene.answers.clear();
    await scene.pass(3 * MINUTE);
    const expiries = scene.building.decision('barolo')?.loads.map(({ held }) => held?.expiresAt);
    expect(new Set(expiries)).toEqual(new Set([SCENE_START + 15 * MINUTE]));
    expect(new Set(scene.sent().map(({ expiresAt }) => (expiresAt - SCENE_START) / MINUTE))).toEqual(new Set([10, 15]));
  });

  it('lowers before it raises, and does not raise while a charger refuses to be lowered', async () => {
    scene.loads = [car('a', { maxA: 16 })];
    await scene.building.start();
    await scene.quiet();
    expect(scene.told()).toEqual([['a', 16]]);
    scene.answers.set('a', 'rejected');
    scene.loads = [car('a', { maxA: 16 }), car('b', { maxA: 16 })];
    await scene.pass(10 * SECOND);
    expect(scene.told()).toEqual([
      ['a', 10],
      ['b', 10],
    ]);
    await scene.pass(10 * SECOND);
    expect(scene.building.decision('barolo')?.loads[0]?.why).toContain('did not take its limit (rejected)');
    expect(scene.building.decision('barolo')).toMatchObject({ reservedW: 16 * 690 });
    expect(scene.told()).toEqual([['b', 0]]);
    scene.answers.clear();
    await scene.pass(60 * SECOND);
    expect(scene.told()[0]).toEqual(['a', 6]);
    await scene.pass(4 * MINUTE);
    expect(scene.building.decision('barolo')?.loads.map(({ limitA }) => limitA)).toEqual([10, 10]);
  });

  it('takes from one before it gives to another, and gives nothing while the one does not let go', async () => {
    scene.loads = [car('a'), car('b')];
    await scene.building.start();
    scene.gridW = 4_820;
    await scene.pass(20 * SECOND);
    expect(scene.told()).toEqual([
      ['a', 10],
      ['b', 10],
    ]);
    scene.answers.set('a', 'timed-out');
    scene.loads = [car('a', { maxA: 8 }), car('b')];
    await scene.pass(10 * SECOND);
    expect(scene.building.decision('barolo')).toMatchObject({ loads: [{ limitA: 8 }, { limitA: 14 }] });
    expect(scene.told()).toEqual([['a', 8]]);
  });

  it('counts a limit that could not be sent as not taken', async () => {
    scene.answers.set('a', new Error('the connection died'));
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    expect(scene.building.decision('barolo')).toMatchObject({
      loads: [{ held: null, refused: { outcome: 'failed' } }],
    });
  });

  it('falls back to a fixed share when the grid meter falls silent', async () => {
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    scene.gridW = null;
    await scene.pass(10 * SECOND);
    expect(scene.building.decision('barolo')).toMatchObject({ basis: 'fail-safe', budgetW: 10_000 });
    expect(scene.told().at(-1)).toEqual(['a', 14]);
  });

  it('goes on after a restart where it was', async () => {
    scene.loads = [car('a'), car('b')];
    await scene.building.start();
    await scene.quiet();
    expect(scene.told()).toHaveLength(2);
    await scene.restart();
    await scene.pass(MINUTE);
    expect(scene.told()).toEqual([]);
    scene.loads = [car('a', { online: false }), car('b')];
    await scene.pass(10 * SECOND);
    expect(scene.building.decision('barolo')).toMatchObject({ reservedW: 10 * 690 });
  });

  it('is not harmed by the trouble of another', async () => {
    scene.sites = [{ ...barolo, id: 'broken' }, barolo];
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    expect(scene.told()).toEqual([['a', 20]]);
    expect(scene.building.decision('broken')).toBeNull();
  });

  it('is left alone when its limit is taken away', async () => {
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    scene.sites = [{ ...barolo, gridLimitW: null }];
    await scene.pass(10 * MINUTE);
    expect(scene.told()).toEqual([['a', 20]]);
    expect(scene.building.decision('barolo')).toBeNull();
  });

  it('does nothing more once stopped', async () => {
    scene.loads = [car('a')];
    await scene.building.start();
    await scene.quiet();
    await scene.building.stop();
    scene.building.note(began('a'));
    await scene.pass(10 * MINUTE);
    expect(scene.told()).toHaveLength(1);
  });
});
