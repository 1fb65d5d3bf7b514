import { describe, expect, it } from 'vitest';
import type { Fact } from '#estate/fact.ts';
import { MINUTE } from '#estate/units.ts';
import { createConditions } from './conditions.ts';

describe('the conditions', () => {
  const online = (isOnline: boolean, at: number): Fact => ({
    kind: 'charger-online',
    charger: 'c1',
    site: 'barolo',
    at,
    online: isOnline,
  });
  const node = (name: string, isOnline: boolean, at: number): Fact => ({
    kind: 'node-online',
    site: 'barolo',
    at,
    node: name,
    online: isOnline,
  });

  it('keep since when a charger is offline, however often it is said', () => {
    const conditions = createConditions();
    conditions.take(online(false, 10));
    expect(conditions.take(online(false, MINUTE))).toMatchObject([{ online: false, onlineSince: 10 }]);
  });

  it('hold each reported state of a charger until it has passed', () => {
    const conditions = createConditions();
    const fact = { kind: 'charger-event', charger: 'c1', site: null, severity: 2, text: 'x' } as const;
    conditions.take({ ...fact, about: 'monitor 1', at: 1, active: true });
    expect(conditions.take({ ...fact, about: 'monitor 2', at: 2, active: true })).toMatchObject([
      { kind: 'charger-events', events: [{ about: 'monitor 1' }, { about: 'monitor 2' }] },
    ]);
    expect(conditions.take({ ...fact, about: 'monitor 1', at: 3, active: false })).toMatchObject([
      { events: [{ about: 'monitor 2', at: 2 }] },
    ]);
  });

  it('hold what a device reports until it has passed', () => {
    const conditions = createConditions();
    const fact = { kind: 'device-event', site: 'barolo', device: 'd1', severity: '800', text: 'x' } as const;
    conditions.take({ ...fact, event: 'e1', code: 'leak', at: 1, active: true });
    expect(conditions.take({ ...fact, event: 'e2', code: 'tamper', at: 2, active: true })).toMatchObject([
      { kind: 'device-events', events: [{ code: 'leak' }, { code: 'tamper' }] },
    ]);
    expect(conditions.take({ ...fact, event: 'e1', code: 'leak', at: 3, active: false })).toMatchObject([
      { events: [{ code: 'tamper', at: 2 }] },
    ]);
    expect(conditions.take({ ...fact, event: 'e2', code: 'tamper', at: 4, active: false })).toMatchObject([
      { events: [] },
    ]);
  });

  it('hold what could not be understood for ten minutes, and until a quiet quarter of an hour is over', () => {
    const conditions = createConditions();
    const fact = { kind: 'device-malformed', site: 'barolo', device: 'd1', times: 1, reason: 'x' } as const;
    conditions.take({ ...fact, at: 0 });
    expect(conditions.take({ ...fact, at: 10 * MINUTE, times: 5 })).toMatchObject([
      { kind: 'malformed', lately: [{ at: 0 }, { times: 5 }], lastReason: 'x' },
    ]);
    expect(conditions.take({ ...fact, at: 12 * MINUTE })).toMatchObject([{ lately: [{ times: 5 }, { times: 1 }] }]);
    expect(conditions.over(27 * MINUTE - 1)).toEqual([]);
    expect(conditions.over(27 * MINUTE)).toMatchObject([{ kind: 'malformed', device: 'd1', lastReason: null }]);
    expect(conditions.over(28 * MINUTE)).toEqual([]);
  });

  it('let an alarm about what could not be understood stand a quarter of an hour after a restart', () => {
    const conditions = createConditions();
    const words = { text: '', action: '', priority: 'medium', since: 0, clearedAt: null } as const;
    conditions.resume({ ...words, id: 'x', cause: 'device-malformed', site: 'barolo', device: 'd1' });
    expect(conditions.over(60 * MINUTE)).toEqual([]);
    expect(conditions.over(75 * MINUTE)).toMatchObject([{ kind: 'malformed', device: 'd1', lastReason: null }]);
  });

  it('know all connectors of a charger', () => {
    const conditions = createConditions();
    const fact = {
      kind: 'connector-state',
      charger: 'c1',
      site: null,
      connector: 1,
      state: 'faulted',
      error: 'X',
    } as const;
    conditions.take({ ...fact, evse: 2, at: 1 });
    const [seen] = conditions.take({ ...fact, evse: 1, at: 2, state: 'available', error: null });
    expect(seen).toMatchObject({
      connectors: [
        { evse: 1, state: 'available' },
        { evse: 2, state: 'faulted', error: 'X' },
      ],
    });
  });

  it('hold a site out of reach only when all its gateways are', () => {
    const conditions = createConditions();
    conditions.take(online(false, 1));
    conditions.take(node('gw1', false, 2));
    expect(conditions.take(node('gw2', true, 3))).toMatchObject([{ kind: 'node' }, { siteReachable: true }]);
    expect(conditions.take(node('gw2', false, 4))).toMatchObject([{ kind: 'node' }, { siteReachable: false }]);
    expect(conditions.take(node('gw1', true, 5))).toMatchObject([{}, { siteReachable: true, siteReachableSince: 5 }]);
  });

  it('say nothing about what no rule asks for', () => {
    expect(createConditions().take({ kind: 'alarm', site: null, at: 0, alarm: 'x', active: true })).toEqual([]);
  });
});
