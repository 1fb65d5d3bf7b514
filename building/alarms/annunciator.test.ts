import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '#estate/fact.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { SCENE_START, createScene, type Scene } from '../specimens.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
});
afterEach(() => scene[Symbol.asyncDispose]());

const alarms = () => scene.facts.flatMap((fact) => (fact.kind === 'alarm' ? [[fact.alarm, fact.active]] : []));

describe('the alarms', () => {
  const connector = (state: 'faulted' | 'available', error: string | null): Fact => ({
    kind: 'connector-state',
    charger: 'a',
    site: 'barolo',
    at: scene.clock.now(),
    evse: 1,
    connector: 1,
    state,
    error,
  });
  const charger = (online: boolean, name = 'a'): Fact => ({
    kind: 'charger-online',
    charger: name,
    site: 'barolo',
    at: scene.clock.now(),
    online,
  });
  const gateway = (online: boolean): Fact => ({
    kind: 'node-online',
    site: 'barolo',
    at: scene.clock.now(),
    node: 'gw',
    online,
  });

  it('are raised once and cleared once, with the charger’s own words', async () => {
    await scene.building.start();
    scene.building.note(connector('faulted', 'HighTemperature'));
    scene.building.note(connector('faulted', 'HighTemperature'));
    await scene.quiet();
    expect(await scene.building.alarms({ active: true, limit: 10 })).toEqual([
      {
        id: 'charger-faulted:a',
        cause: 'charger-faulted',
        site: 'barolo',
        device: 'a',
        priority: 'high',
        text: 'Charger a is faulted: EVSE 1 (HighTemperature).',
        action: 'Let it cool, check that its vents are free, then reset it.',
        since: SCENE_START,
        clearedAt: null,
      },
    ]);
    scene.building.note(connector('faulted', 'GroundFailure'));
    await scene.quiet();
    expect(await scene.building.alarms({ limit: 10 })).toMatchObject([
      { text: expect.stringContaining('GroundFailure') },
    ]);
    await scene.pass(MINUTE);
    scene.building.note(connector('available', null));
    scene.building.note(connector('available', null));
    await scene.quiet();
    expect(await scene.building.alarms({ active: true, limit: 10 })).toEqual([]);
    expect(await scene.building.alarms({ site: 'barolo', limit: 10 })).toMatchObject([
      { clearedAt: SCENE_START + MINUTE },
    ]);
    expect(alarms()).toEqual([
      ['charger-faulted:a', true],
      ['charger-faulted:a', false],
    ]);
  });

  it('of an offline charger wait for five minutes', async () => {
    await scene.building.start();
    scene.building.note(charger(false));
    await scene.pass(4 * MINUTE + 50 * SECOND);
    expect(alarms()).toEqual([]);
    await scene.pass(10 * SECOND);
    expect(alarms()).toEqual([['charger-offline:a', true]]);
    expect(await scene.building.alarms({ limit: 1 })).toMatchObject([{ since: SCENE_START }]);
    scene.building.note(charger(true));
    await scene.quiet();
    expect(alarms().at(-1)).toEqual(['charger-offline:a', false]);
  });

  it('are one for a whole site that is out of reach', async () => {
    await scene.building.start();
    scene.building.note(gateway(false));
    for (let n = 0; n < 40; n++) scene.building.note(charger(false, `c${n}`));
    await scene.pass(6 * MINUTE);
    expect(alarms()).toEqual([['gateway-offline:gw', true]]);
    scene.building.note(gateway(true));
    await scene.pass(4 * MINUTE);
    expect(alarms().at(-1)).toEqual(['gateway-offline:gw', false]);
    for (let n = 1; n < 40; n++) scene.building.note(charger(true, `c${n}`));
    await scene.pass(2 * MINUTE);
    expect(alarms().slice(2)).toEqual([['charger-offline:c0', true]]);
  });

  it('of the grid limit come when it is exceeded for 30 s', async () => {
    scene.gridW = 21_000;
    await scene.building.start();
    await scene.pass(20 * SECOND);
    expect(alarms()).toEqual([]);
    await scene.pass(10 * SECOND);
    expect(alarms()).toEqual([['grid-limit-exceeded:barolo-grid', true]]);
    scene.gridW = null;
    await scene.pass(MINUTE);
    expect(alarms()).toHaveLength(1);
    scene.gridW = 20_000;
    await scene.pass(10 * SECOND);
    expect(alarms().at(-1)).toEqual(['grid-limit-exceeded:barolo-grid', false]);
  });

  it('are known again after a restart, and what changed meanwhile is seen', async () => {
    await scene.building.start();
    scene.building.note(connector('faulted', 'Other'));
    await scene.quiet();
    await scene.restart({ present: () => Promise.resolve([connector('available', null), charger(false, 'b')]) });
    await scene.pass(5 * MINUTE);
    expect(alarms()).toEqual([
      ['charger-faulted:a', false],
      ['charger-offline:b', true],
    ]);
  });

  it('are not raised again after a restart', async () => {
    await scene.building.start();
    scene.building.note(connector('faulted', 'Other'));
    await scene.quiet();
    await scene.restart();
    scene.building.note(connector('faulted', 'Other'));
    await scene.quiet();
    expect(alarms()).toEqual([]);
    expect(await scene.building.alarms({ limit: 10 })).toHaveLength(1);
  });
});
