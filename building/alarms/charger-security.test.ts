import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '#estate/fact.ts';
import { DAY, HOUR, MINUTE } from '#estate/units.ts';
import { SCENE_START, createScene, type Scene } from '../specimens.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await createScene();
  await scene.building.start();
});
afterEach(() => scene[Symbol.asyncDispose]());

const alarms = () => scene.facts.flatMap((fact) => (fact.kind === 'alarm' ? [[fact.alarm, fact.active]] : []));
const standing = async () => (await scene.building.alarms({ active: true, limit: 9 })).map(({ text }) => text);

describe('the alarm of a certificate', () => {
  const ends = (endsAt: number): Fact => ({
    kind: 'certificate-validity',
    charger: 'a',
    site: 'barolo',
    at: scene.clock.now(),
    endsAt,
  });

  it.each([
    [31 * DAY, []],
    [30 * DAY, ['The certificate of charger a ends on 2026-']],
    [-1 * DAY, ['The certificate of charger a ended on 2026-']],
  ])('with %i ms left: %j', async (leftMs, texts) => {
    scene.building.note(ends(SCENE_START + leftMs));
    await scene.quiet();
    expect(await standing()).toEqual(texts.map((text) => expect.stringContaining(text)));
  });

  it('clears when the charger uses a new one', async () => {
    scene.building.note(ends(SCENE_START + 3 * DAY));
    await scene.quiet();
    scene.building.note(ends(SCENE_START + 300 * DAY));
    await scene.quiet();
    expect(alarms()).toEqual([
      ['certificate-expiring:a', true],
      ['certificate-expiring:a', false],
    ]);
  });
});

describe('the alarm of a security event', () => {
  const event = (critical: boolean, text = 'lid'): Fact => ({
    kind: 'security-event',
    charger: 'a',
    site: 'barolo',
    at: scene.clock.now(),
    event: 'TamperDetectionActivated',
    text,
    critical,
  });

  it('is raised by what is critical only, and stands for a day', async () => {
    scene.building.note(event(false));
    await scene.quiet();
    expect(await standing()).toEqual([]);
    scene.building.note(event(true));
    await scene.quiet();
    expect(await standing()).toEqual(['Charger a: TamperDetectionActivated (lid).']);
    await scene.pass(23 * HOUR);
    expect(await standing()).toHaveLength(1);
    await scene.pass(HOUR + MINUTE);
    expect(await standing()).toEqual([]);
  });

  it('clears after its day when the process was restarted meanwhile', async () => {
    scene.building.note(event(true));
    await scene.quiet();
    await scene.restart();
    expect(await standing()).toHaveLength(1);
    await scene.pass(DAY + MINUTE);
    expect(await standing()).toEqual([]);
    expect(alarms().at(-1)).toEqual(['security-event:a', false]);
  });
});
