import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY } from '#estate/units.ts';
import { certificateExpiring } from './certificate-expiring.ts';
import { chargerEvent } from './charger-event.ts';
import { chargerFaulted } from './charger-faulted.ts';
import { chargerOffline } from './charger-offline.ts';
import { deviceEvent } from './device-event.ts';
import { deviceMalformed } from './device-malformed.ts';
import { gatewayOffline } from './gateway-offline.ts';
import { gridLimitExceeded } from './grid-limit-exceeded.ts';
import { RULES } from './list.ts';
import type {
  AlarmRule,
  ChargerEventsSubject,
  ChargerSecuritySubject,
  ChargerSubject,
  ConnectionSubject,
  DeviceEventsSubject,
  MalformedSubject,
  Subject,
} from './rule.ts';
import { securityEvent } from './security-event.ts';

const charger = (more: Partial<ChargerSubject>): ChargerSubject => ({
  kind: 'charger',
  device: 'c1',
  site: 'barolo',
  online: true,
  onlineSince: 0,
  connectors: [],
  siteReachable: true,
  siteReachableSince: 0,
  ...more,
});
const connector = (evse: number, state: 'faulted' | 'available', error: string | null = null, since = 5) => ({
  evse,
  connector: 1,
  state,
  error,
  since,
});
const gateway = (online: boolean): Subject => ({ kind: 'node', device: 'gw', site: 'barolo', online, onlineSince: 7 });
const connection = (more: Partial<ConnectionSubject>): ConnectionSubject => ({
  kind: 'connection',
  device: 'meter',
  site: 'barolo',
  gridLimitW: 20_000,
  gridW: 15_000,
  at: 9,
  ...more,
});

const events = (...severities: number[]): ChargerEventsSubject => ({
  kind: 'charger-events',
  device: 'c1',
  site: 'barolo',
  events: severities.map((severity, n) => ({
    about: `monitor ${n}`,
    severity,
    text: 'EVSE 1 Temperature 95',
    at: 9 - n,
  })),
});

const security = (more: Partial<ChargerSecuritySubject>): ChargerSecuritySubject => ({
  kind: 'charger-security',
  device: 'c1',
  site: 'barolo',
  certificateEndsAt: null,
  lastCritical: null,
  at: 9,
  ...more,
});

const device = (...events: DeviceEventsSubject['events']): DeviceEventsSubject => {
  return { kind: 'device-events', device: 'd1', site: 'barolo', events };
};
const leak = { event: 'e1', code: 'leak', text: 'Water in the cellar.', at: 8 };

const malformed = (lastReason: string | null, ...lately: [at: number, times: number][]): MalformedSubject => {
  return {
    kind: 'malformed',
    device: 'd1',
    site: 'barolo',
    lately: lately.map(([at, times]) => ({ at, times })),
    lastReason,
  };
};

const CASES: [AlarmRule, string, Subject, object | 'covered' | null][] = [
  [certificateExpiring, 'none is known', security({}), 'covered'],
  [certificateExpiring, 'it holds for long', security({ certificateEndsAt: 31 * DAY }), null],
  [
    certificateExpiring,
    'it ends soon',
    security({ certificateEndsAt: 29 * DAY }),
    { since: 9, text: 'The certificate of charger c1 ends on 1970-01-30.' },
  ],
  [
    certificateExpiring,
    'it has ended',
    security({ certificateEndsAt: 8 }),
    { text: 'The certificate of charger c1 ended on 1970-01-01.' },
  ],
  [securityEvent, 'nothing critical was heard', security({}), null],
  [
    securityEvent,
    'the lid was opened',
    security({ lastCritical: { at: 5, said: 'Charger c1: TamperDetectionActivated (lid).' } }),
    { since: 5, text: 'Charger c1: TamperDetectionActivated (lid).' },
  ],
  [chargerFaulted, 'nothing is known', charger({}), null],
  [chargerFaulted, 'a connector is free', charger({ connectors: [connector(1, 'available')] }), null],
  [
    chargerFaulted,
    'one of two is faulted',
    charger({ connectors: [connector(1, 'available'), connector(2, 'faulted', 'GroundFailure')] }),
    {
      since: 5,
      text: 'Charger c1 is faulted: EVSE 2 (GroundFailure).',
      action: expect.stringContaining('electrician'),
    },
  ],
  [
    chargerFaulted,
    'both are, with no error named',
    charger({ connectors: [connector(0, 'faulted', null, 8), connector(1, 'faulted', null, 3)] }),
    { since: 3, text: 'Charger c1 is faulted: the station, EVSE 1.', action: expect.stringContaining('Reset') },
  ],
  [chargerEvent, 'nothing is reported', events(), null],
  [
    chargerEvent,
    'two states hold',
    events(3, 0),
    {
      since: 8,
      text: 'Charger c1 reports: EVSE 1 Temperature 95 (critical); EVSE 1 Temperature 95 (danger).',
      action: expect.stringContaining('Switch the charger off'),
    },
  ],
  [deviceEvent, 'nothing is the matter', device(), null],
  [
    deviceEvent,
    'water leaks',
    device(leak),
    {
      since: 8,
      text: 'Device d1 reports: Water in the cellar (leak).',
      action: expect.stringContaining('main tap'),
    },
  ],
  [
    deviceEvent,
    'two things are the matter, one of them without words',
    device(leak, { event: 'e2', code: 'battery-low', text: '', at: 5 }),
    { since: 5, text: 'Device d1 reports: Water in the cellar (leak); battery-low.' },
  ],
  [
    deviceEvent,
    'it says what nobody knows',
    device({ event: 'e3', code: 'odd', text: 'It hums.', at: 5 }),
    { action: expect.stringContaining('technician') },
  ],
  [deviceMalformed, 'none came for long', malformed(null), null],
  [deviceMalformed, 'two came', malformed('it is no JSON', [4, 1], [5, 1]), 'covered'],
  [
    deviceMalformed,
    'several came',
    malformed('it is no JSON.', [4, 1], [5, 2]),
    {
      since: 4,
      text: 'Messages of d1 cannot be understood. Of the last: it is no JSON.',
      action: expect.stringContaining('GET /v1/dead-letters'),
    },
  ],
  [chargerOffline, 'nothing is known', charger({ online: null }), null],
  [chargerOffline, 'it is online', charger({}), null],
  [chargerOffline, 'it is offline', charger({ online: false, onlineSince: 4 }), { since: 4 }],
  [chargerOffline, 'so is its site', charger({ online: false, siteReachable: false }), 'covered'],
  [
    chargerOffline,
    'the site came back later',
    charger({ online: false, onlineSince: 4, siteReachableSince: 6 }),
    { since: 6 },
  ],
  [gatewayOffline, 'it is online', gateway(true), null],
  [gatewayOffline, 'it is offline', gateway(false), { since: 7, text: expect.stringContaining('gw is offline') }],
  [gridLimitExceeded, 'less than the limit', connection({}), null],
  [gridLimitExceeded, 'just the limit', connection({ gridW: 20_000 }), null],
  [gridLimitExceeded, 'more', connection({ gridW: 20_001 }), { since: 9, text: expect.stringContaining('20.0 kW') }],
  [gridLimitExceeded, 'the meter is silent', connection({ gridW: null }), 'covered'],
  [gridLimitExceeded, 'the site is not limited', connection({ gridLimitW: null, gridW: 90_000 }), null],
];

describe('the rules', () => {
  it.each(CASES.map(([rule, name, subject, expected]) => ({ rule, name, subject, expected, cause: rule.cause })))(
    '$cause: $name',
    ({ rule, subject, expected }) => {
      const judged = { finding: rule.judge(subject) };
      expect(judged).toMatchObject({ finding: expected });
    },
  );

  it('each has cases where it finds something and where it does not', () => {
    for (const rule of RULES) {
      const outcomes = CASES.filter(([of]) => of === rule).map(([, , , expected]) => expected);
      expect(outcomes, rule.cause).toContain(null);
      expect(
        outcomes.some((one) => one !== null && one !== 'covered'),
        rule.cause,
      ).toBe(true);
    }
  });

  it('each says in a sentence what to do', () => {
    const findings = CASES.map(([rule, , subject]) => rule.judge(subject)).filter(
      (finding) => finding !== null && finding !== 'covered',
    );
    expect(findings.length).toBeGreaterThan(RULES.length);
    for (const { action } of findings) expect(action).toMatch(/^[A-Z].{20,}\.$/);
  });

  it('are all in the list', () => {
    const others = new Set([
      'annunciator.ts',
      'charger-security.ts',
      'conditions.ts',
      'list.ts',
      'malformed-messages.ts',
      'rule.ts',
      'standing.ts',
    ]);
    const files = readdirSync(new URL('.', import.meta.url)).filter(
      (file) => !file.endsWith('.test.ts') && !others.has(file),
    );
    expect(RULES.map(({ cause }) => `${cause}.ts`).toSorted()).toEqual(files.toSorted());
  });
});
