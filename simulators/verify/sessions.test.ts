import { DAY, HOUR, type Millis } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import type { TrueSession } from '../charger/truth.ts';
import type { SessionRow } from './session-rows.ts';
import { compareSessions } from './sessions.ts';
import { createWords } from './words.ts';

const NOW = Date.UTC(2026, 10, 22, 9);
const YESTERDAY = NOW - DAY;

const session: TrueSession = {
  session: 's1',
  transaction: '17',
  evse: 1,
  token: 'CARD',
  startedAt: YESTERDAY,
  endedAt: YESTERDAY + HOUR,
  startWh: 1_000,
  energyWh: 7_000,
  cost: null,
  told: {
    confirmed: { began: 1, sampled: 0, asked: 0, changed: 0, ended: 1 },
    lost: 0,
    waiting: 0,
    startedAt: YESTERDAY,
    endedAt: YESTERDAY + HOUR,
    registerWh: 8_000,
    cost: null,
  },
};

/** What is said of a session whose charger told such times, where the platform has others. */
function said(told: { began: Millis; ended: Millis }, has: { began: Millis; ended: Millis | null }): string[] {
  return saidOf(toldAt(told), { startedAt: has.began, endedAt: has.ended });
}

function saidOf(lived: TrueSession, has: Partial<SessionRow>, isLater = false): string[] {
  const truth = {
    charger: 'c1',
    site: 'barolo',
    isOnline: true,
    firmware: null,
    faults: [],
    sessions: [lived],
    meters: [],
    isSevere: false,
    isCertified: false,
  };
  const row: SessionRow = {
    id: 'r1',
    charger: 'c1',
    site: 'barolo',
    evse: 1,
    token: 'CARD',
    transaction: '17',
    state: 'ended',
    startedAt: YESTERDAY,
    endedAt: YESTERDAY + HOUR,
    energyWh: 7_000,
    cost: null,
    ...has,
  };
  const words = createWords({ from: YESTERDAY, to: NOW });
  return compareSessions({ truth, rows: [row], isOfRun: () => true, now: NOW, isLater, words }).map(({ kind }) => kind);
}

function toldAt({ began, ended }: { began: Millis; ended: Millis }): TrueSession {
  return { ...session, told: { ...session.told, startedAt: began, endedAt: ended } };
}

describe('The times of a session', () => {
  const right = { began: YESTERDAY, ended: YESTERDAY + HOUR };

  it.each([
    ['as the charger told them', right, right],
    ['within a second of what it told', right, { began: right.began + 900, ended: right.ended - 900 }],
    ['of a clock that is hours ahead', { began: NOW, ended: NOW + 3 * HOUR }, { began: NOW, ended: NOW + 3 * HOUR }],
    ['of receipt, where its clock lives in 1970', { began: 0, ended: HOUR }, { began: NOW - HOUR, ended: NOW }],
    ['of receipt, where its clock lives in 2099', { ...right, ended: 4e12 }, { ...right, ended: NOW }],
  ])('are right %s', (_, told, has) => {
    expect(said(told, has)).toEqual([]);
  });

  it.each([
    ['a begin of another hour', right, { ...right, began: right.began + HOUR }],
    ['an end of another hour', right, { ...right, ended: right.ended + HOUR }],
    ['no end', right, { ...right, ended: null }],
    ['a begin in 1970, though nobody can believe that', { began: 0, ended: HOUR }, { began: 0, ended: NOW }],
    ['an end in 2099', { ...right, ended: 4e12 }, { ...right, ended: 4e12 }],
    ['no end, where that was told by a clock in 1970', { began: 0, ended: HOUR }, { began: NOW, ended: null }],
  ])('are wrong with %s', (_, told, has) => {
    expect(said(told, has)).toEqual(['time']);
  });
});

describe('A session that still ran at the end of the run', () => {
  const { told } = session;
  const running = {
    ...session,
    endedAt: null,
    told: { ...told, endedAt: null, confirmed: { ...told.confirmed, ended: 0 } },
  };

  it.each([
    ['active', false, []],
    ['incomplete', false, ['session-state']],
    ['incomplete', true, []],
    ['ended', true, ['session-state']],
  ])('is compared with one that is %s (long after the run: %s)', (state, isLater, expected) => {
    expect(saidOf(running, { state, endedAt: null }, isLater)).toEqual(expected);
  });
});
