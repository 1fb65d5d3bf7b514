import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DAY } from '#estate/units.ts';
import { charger, openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';
import type { EventReport, Monitor, Monitoring } from './monitor.ts';

let specimen: ChargingSpecimen;
let monitoring: Monitoring;
beforeEach(async () => {
  specimen = await openCharging();
  ({ monitoring } = specimen.charging);
});
afterEach(() => specimen.records.close());

const C1 = charger('C1');
const place = {
  component: 'EVSE',
  componentInstance: null,
  evse: 1,
  connector: null,
  variable: 'Power',
  variableInstance: null,
};
const monitor = (id: number, more: Partial<Monitor> = {}): Monitor => ({
  id,
  ...place,
  type: 'upper-threshold',
  value: 11_000,
  severity: 2,
  inTransaction: false,
  ...more,
});
const event = (eventId: number, more: Partial<EventReport> = {}): EventReport => ({
  ...place,
  said: `${eventId}`,
  eventId,
  at: TEN,
  trigger: 'alerting',
  cause: null,
  value: '12000',
  techCode: null,
  techInfo: null,
  cleared: false,
  transaction: null,
  monitor: 1,
  ...more,
});
const ids = async () => (await monitoring.monitors({ charger: 'C1', limit: 99 })).map(({ id }) => id);
const part = (seqNo: number, more: boolean, monitors: Monitor[], request = 5) =>
  monitoring.reported({ charger: 'C1', request, seqNo, more, monitors, at: TEN + 1 });

describe('the monitors of a charger', () => {
  test('are kept as it took them on, replaced by number, and cleared', async () => {
    await monitoring.set(C1, [monitor(2), monitor(1)], TEN);
    await monitoring.set(C1, [monitor(2, { value: 5 })], TEN);
    expect(await monitoring.monitors({ charger: 'C1', limit: 9 })).toEqual([monitor(1), monitor(2, { value: 5 })]);
    expect(await monitoring.monitors({ charger: 'C1', after: 1, limit: 9 })).toHaveLength(1);
    await monitoring.cleared(C1, [1, 9], TEN);
    expect(await ids()).toEqual([2]);
    expect(await monitoring.monitors({ charger: 'C2', limit: 9 })).toEqual([]);
  });

  test.each<[string, [seqNo: number, more: boolean, id: number][], number[]]>([
    ['one part', [[0, false, 3]], [3]],
    [
      'parts in order',
      [
        [0, true, 3],
        [1, true, 4],
        [2, false, 5],
      ],
      [3, 4, 5],
    ],
    [
      'parts in disorder',
      [
        [2, false, 5],
        [0, true, 3],
        [1, true, 4],
      ],
      [3, 4, 5],
    ],
    [
      'a part twice',
      [
        [0, true, 3],
        [0, true, 3],
        [1, false, 4],
      ],
      [3, 4],
    ],
    [
      'parts that are counted from one',
      [
        [1, true, 3],
        [2, false, 4],
      ],
      [3, 4],
    ],
    [
      'a part missing',
      [
        [0, true, 3],
        [2, false, 5],
      ],
      [1, 2, 3, 5],
    ],
  ])('are those of a whole report: %s', async (_, parts, expected) => {
    await monitoring.set(C1, [monitor(1), monitor(2)], TEN);
    await monitoring.reportAsked({ charger: 'C1', request: 5, whole: true, at: TEN });
    for (const [seqNo, more, id] of parts) await part(seqNo, more, [monitor(id)]);
    expect(await ids()).toEqual(expected);
  });

  test('stay where a report was of some only, or was never asked for', async () => {
    await monitoring.set(C1, [monitor(1)], TEN);
    await monitoring.reportAsked({ charger: 'C1', request: 5, whole: false, at: TEN });
    await part(0, false, [monitor(2)]);
    await part(0, false, [monitor(3)], 77);
    expect(await ids()).toEqual([1, 2, 3]);
  });

  test('are unknown after a change of their base', async () => {
    await monitoring.set(C1, [monitor(1)], TEN);
    expect(await monitoring.scope('C1')).toEqual({ base: null, level: null });
    await monitoring.scoped(C1, { level: 4 }, TEN);
    expect(await ids()).toEqual([1]);
    await monitoring.scoped(C1, { base: 'hard-wired-only' }, TEN);
    expect(await ids()).toEqual([]);
    expect(await monitoring.scope('C1')).toEqual({ base: 'hard-wired-only', level: 4 });
  });
});

describe('the events of a charger', () => {
  test('are kept once each, newest first, with the severity of their monitor', async () => {
    await monitoring.set(C1, [monitor(1, { severity: 6 })], TEN);
    await monitoring.happened(C1, [event(1), event(2, { monitor: null })], TEN);
    await specimen.clock.advance(1);
    await monitoring.happened(C1, [event(2), event(3, { monitor: 44 })], TEN + 1);
    const events = await monitoring.events({ charger: 'C1', limit: 9 });
    expect(events.map(({ eventId, severity }) => [eventId, severity])).toEqual([
      [3, null],
      [2, null],
      [1, 6],
    ]);
    expect(events[2]).toMatchObject({ ...place, site: 'barolo', trigger: 'alerting', value: '12000', cleared: false });
    expect(await monitoring.events({ before: events[1]?.id ?? '', limit: 9 })).toMatchObject([{ eventId: 1 }]);
    expect(await monitoring.events({ severity: 6, limit: 9 })).toMatchObject([{ eventId: 1 }]);
    expect(await monitoring.events({ site: 'asti', limit: 9 })).toEqual([]);
    expect(specimen.told).toEqual([]);
  });

  test('are told while severe, once, until they have passed', async () => {
    await monitoring.set(C1, [monitor(1)], TEN);
    await monitoring.happened(C1, [event(1), event(1)], TEN);
    const fact = {
      kind: 'charger-event',
      charger: 'C1',
      site: 'barolo',
      at: TEN,
      about: 'monitor 1',
      severity: 2,
      text: 'EVSE 1 Power 12000',
      active: true,
    };
    expect(specimen.told).toEqual([fact]);
    expect(await monitoring.standing()).toEqual([fact]);
    await monitoring.happened(C1, [event(2, { cleared: true, at: TEN + 5 })], TEN);
    expect(specimen.told.slice(1)).toEqual([{ ...fact, at: TEN + 5, active: false }]);
    expect(await monitoring.standing()).toEqual([]);
  });

  test('have passed when their monitor is gone', async () => {
    await monitoring.set(C1, [monitor(1)], TEN);
    await monitoring.happened(C1, [event(1)], TEN);
    await monitoring.cleared(C1, [1], TEN + 9);
    expect(specimen.told).toMatchObject([{ active: true }, { active: false, at: TEN + 9 }]);
  });

  test.each<[string, Partial<EventReport>]>([
    ['a periodic one', { trigger: 'periodic' }],
    ['a change', { trigger: 'delta' }],
    ['one of no known severity', { monitor: null }],
  ])('are not told: %s', async (_, more) => {
    await monitoring.set(C1, [monitor(1)], TEN);
    await monitoring.happened(C1, [event(1, more)], TEN);
    expect(specimen.told).toEqual([]);
  });

  test('are forgotten after 90 days, but for what still stands', async () => {
    await monitoring.set(C1, [monitor(1)], TEN);
    await monitoring.happened(C1, [event(1), event(2, { trigger: 'periodic' })], TEN);
    await monitoring.sweep(TEN + 91 * DAY);
    expect(await monitoring.events({ limit: 9 })).toMatchObject([{ eventId: 1 }]);
  });
});
