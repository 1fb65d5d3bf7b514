import { SECOND, isoTime } from '#estate/units.ts';
import type { Figures } from '../run/figures.ts';
import type { Difference, FaultResult, RunResult, StageResult, TimelinePoint } from '../run/result.ts';

const CHARGERS = 5000;
const GATEWAYS = 2100;
const SECONDS = 200;
const PLUGGED = 1200;
const STARTED_AT = Date.UTC(2026, 10, 22, 9, 0);
const SIMULATED_FROM = Date.UTC(2026, 10, 21, 6, 30);
const SIMULATED = {
  asked: isoTime(SIMULATED_FROM),
  from: isoTime(SIMULATED_FROM),
  to: isoTime(SIMULATED_FROM + SECONDS * SECOND),
  speed: 1,
};

/** When each cut begins and ends, and how long the chargers take to come back. */
function cuts() {
  return [
    { fromS: 45, toS: 55, backS: 1.4 },
    { fromS: 95, toS: 105, backS: 5.8 },
    { fromS: 145, toS: 155, backS: 14.6 },
  ];
}

function connectedAt(atS: number): number {
  const rising = Math.min(1, atS / 6);
  const away = cuts().map(({ fromS, toS, backS }) => {
    if (atS < fromS || atS >= toS + backS) return 0;
    return atS < toS ? 1 : 1 - (atS - toS) / backS;
  });
  return Math.round(CHARGERS * Math.min(rising, 1 - Math.max(...away)));
}

function pointAt(atS: number): TimelinePoint {
  const connected = connectedAt(atS);
  const coming = Math.max(0, connected - connectedAt(atS - 1));
  const isSilent = connected === 0;
  const p50Ms = 2.4 + coming / 110 + 0.5 * Math.sin(atS / 7);
  return {
    atS,
    simulatedAt: isoTime(SIMULATED_FROM + atS * SECOND),
    connected,
    charging: Math.round(PLUGGED * (1 + atS / 900)),
    callsPerS: Math.round((connected / CHARGERS) * (105 + 12 * Math.sin(atS / 11)) + 2.6 * coming),
    publishesPerS: Math.round(395 + 22 * Math.sin(atS / 5)),
    p50Ms: isSilent ? null : p50Ms,
    p95Ms: isSilent ? null : 4.1 * p50Ms + coming / 24,
    p99Ms: isSilent ? null : 9.7 * p50Ms + coming / 9,
    errors: cuts().filter(({ fromS }) => atS >= fromS).length * 412,
    memoryMB: 236 + 84 * (1 - Math.exp(-atS / 60)) + coming / 200,
    lagS: Math.max(0, 1.2 * Math.sin((atS - 155) / 6)) * (atS > 155 && atS < 174 ? 3 : 0),
  };
}

function figures(some: Partial<Figures>): Figures {
  return {
    chargers: CHARGERS,
    connected: CHARGERS,
    gateways: GATEWAYS,
    reconnected: null,
    charging: 1247,
    'sessions.begun': 31,
    'sessions.ended': 12,
    energy: 61.4,
    calls: 8123,
    'calls.rate': 162.46,
    'calls.p50': 2.9,
    'calls.p95': 13.2,
    'calls.p99': 31.4,
    'calls.max': 212.7,
    'calls.errors': 0,
    'calls.lost': 0,
    publishes: 19_720,
    'publishes.rate': 394.4,
    'publishes.p95': 8.8,
    'publishes.lost': 0,
    points: 214_400,
    asked: 40,
    orders: 20,
    'orders.refused': 1,
    updated: 19,
    strangers: 83,
    'strangers.kinds': 83,
    'strangers.came': 241,
    unmet: 1,
    overloads: 3.5,
    'overloads.worst': 12.4,
    'handshakes.failed': 0,
    queued: 0,
    differences: null,
    lag: 0,
    memory: 318.4,
    ...some,
  };
}

function stages(): StageResult[] {
  return [
    { name: 'before', fromS: 0, toS: 40, figures: figures({ 'handshakes.failed': 0 }) },
    {
      name: 'back within 1 s',
      fromS: 40,
      toS: 90,
      figures: figures({ reconnected: 1.4, 'calls.lost': 412, 'handshakes.failed': 8230 }),
    },
    {
      name: 'back within 5 s',
      fromS: 90,
      toS: 140,
      figures: figures({ reconnected: 5.8, 'calls.lost': 412, 'handshakes.failed': 9121, 'calls.p99': 88.3 }),
    },
    {
      name: 'back within 10 s',
      fromS: 140,
      toS: 190,
      figures: figures({
        reconnected: 14.6,
        'calls.errors': 17,
        'calls.lost': 412,
        'handshakes.failed': 12_790,
        'calls.p99': 640.2,
        lag: 3.6,
      }),
    },
  ];
}

function faults(): FaultResult[] {
  const down = cuts().map(({ fromS, toS }, at) => ({
    stage: stages()[at + 1]?.name ?? '',
    fromS,
    toS,
    text: `down, back within ${[1, 5, 10][at]} s`,
    peers: CHARGERS + GATEWAYS,
  }));
  return [...down, { stage: 'back within 10 s', fromS: 160, toS: 180, text: 'latency 500 ms', peers: 1420 }];
}

function differences(): Difference[] {
  return [
    {
      kind: 'session-missing',
      subject: 'polis-0042-1',
      text: 'polis-0042-1 EVSE 2: the session from 21 Nov 2026, 07:31:04, ended with 4,812 Wh and was confirmed; the platform has none.',
    },
    {
      kind: 'energy',
      subject: 'polis-0977-2',
      text: 'polis-0977-2 EVSE 1: the register stood at 1,204,551 Wh when the session ended; the platform says 1,204,151 Wh.',
    },
  ];
}

function errors(): RunResult['errors'] {
  return [
    { text: 'handshake: Unexpected server response: 503', count: 21_902, peer: 'polis-0001-1' },
    { text: 'handshake: connect ECONNREFUSED …', count: 8239, peer: 'polis-0003-2' },
    {
      text: 'BootNotification: InternalError: <script>alert("Wälder & Söhne")</script>',
      count: 17,
      peer: 'polis-0977-2',
    },
  ];
}

const CHECKED = {
  sessions: 1247,
  messages: 61_020,
  energyWh: 245_612,
  costs: 0,
  points: 1_204_116,
  devices: 29_871,
  evses: 812,
  alarms: 12,
};

function specimen(): RunResult {
  return {
    version: 1,
    scenario: {
      name: 'blackout',
      title: 'Blackout',
      about: 'Every charger loses the network three times, and is back within 1, 5 and 10 seconds.',
    },
    seed: '42',
    target: { api: 'http://127.0.0.1:8080', version: '0.1.0' },
    fleet: { sites: 2100, chargers: CHARGERS, evses: 7512, gateways: GATEWAYS, devices: 29_871 },
    startedAt: isoTime(STARTED_AT),
    countedFrom: isoTime(STARTED_AT + 9 * SECOND),
    endedAt: isoTime(STARTED_AT + 214 * SECOND),
    durationS: 214,
    simulated: SIMULATED,
    interrupted: false,
    failure: null,
    unawaited: 0,
    stages: stages(),
    figures: figures({
      calls: 61_232,
      'calls.rate': 306.2,
      'calls.p99': 402.1,
      'calls.errors': 17,
      'calls.lost': 1236,
      reconnected: 14.6,
      publishes: 78_880,
      points: 1_204_116,
      'sessions.begun': 124,
      'sessions.ended': 48,
      energy: 245.6,
      asked: 160,
      'handshakes.failed': 30_141,
      differences: 2,
      lag: 3.6,
    }),
    timeline: Array.from({ length: SECONDS }, (_, at) => pointAt(at + 1)),
    faults: faults(),
    expectations: [
      { stage: 'back within 1 s', figure: 'reconnected', condition: '<= 3', measured: 1.4, held: true },
      { stage: 'back within 5 s', figure: 'reconnected', condition: '<= 7', measured: 5.8, held: true },
      { stage: 'back within 10 s', figure: 'reconnected', condition: '<= 12', measured: 14.6, held: false },
      { stage: null, figure: 'calls.p99', condition: '< 1000', measured: 402.1, held: true },
      { stage: null, figure: 'publishes.lost', condition: '= 0', measured: 0, held: true },
      { stage: null, figure: 'queued', condition: '= 0', measured: 0, held: true },
    ],
    errors: errors(),
    verification: {
      checked: CHECKED,
      differences: differences(),
      found: 2,
      ofKind: { 'session-missing': 1, energy: 1 },
    },
    passed: false,
  };
}

/** A finished run as reports get it, made by formulas: a blackout of three cuts, of which the last is slow to mend. */
export const SPECIMEN: RunResult = specimen();

/** The same run as it should have been: every expectation held, no difference, no error. */
export const PASSED_SPECIMEN: RunResult = {
  ...SPECIMEN,
  expectations: SPECIMEN.expectations.map((each) => (each.held ? each : { ...each, measured: 8.2, held: true })),
  errors: [],
  verification: SPECIMEN.verification && { ...SPECIMEN.verification, differences: [], found: 0, ofKind: {} },
  passed: true,
};

/** The same with differences that its scenario allows. */
export const ALLOWED_SPECIMEN: RunResult = {
  ...PASSED_SPECIMEN,
  figures: SPECIMEN.figures,
  expectations: [
    ...PASSED_SPECIMEN.expectations,
    { stage: null, figure: 'differences', condition: '<= 5', measured: 2, held: true },
  ],
  verification: SPECIMEN.verification,
};
