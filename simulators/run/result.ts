import type { FigureName, Figures } from './figures.ts';

/** What a run came to: all that the reports show, as plain JSON. */
export interface RunResult {
  version: 1;
  scenario: { name: string; title: string; about: string };
  seed: string;
  target: { api: string; version: string };
  /** No gateways but devices: each has a connection of its own. */
  fleet: { sites: number; chargers: number; evses: number; gateways: number; devices: number };
  /** Real time, RFC 3339, and how long it took, s. */
  startedAt: string;
  /** When the fleet came to life, RFC 3339: from where stages, timeline and faults are counted. */
  countedFrom: string;
  endedAt: string;
  durationS: number;
  /** The simulated time, RFC 3339. Where the platform has a time of its own, it begins later than was asked for. */
  simulated: { asked: string; from: string; to: string; speed: number };
  /** Ended by Ctrl-C, before its end. */
  interrupted: boolean;
  /** What ended it before its end; null: nothing. */
  failure: string | null;
  /** Answers that took so long that the simulated time went on without them: with any, the truth need not repeat. */
  unawaited: number;
  stages: StageResult[];
  /** The whole run. */
  figures: Figures;
  timeline: TimelinePoint[];
  faults: FaultResult[];
  expectations: ExpectationResult[];
  /** Errors of the platform by what they say, the most frequent first. */
  errors: { text: string; count: number; peer: string }[];
  verification: Verification | null;
  /** It ran to its end, all expectations held, and the platform says what the field does, but for what the scenario allows. */
  passed: boolean;
}

export interface StageResult {
  name: string;
  /** Real seconds since `countedFrom`. */
  fromS: number;
  toS: number;
  figures: Figures;
}

/** The fleet at one moment; rates are since the point before. */
export interface TimelinePoint {
  /** Real seconds since `countedFrom`, and the simulated instant, RFC 3339. */
  atS: number;
  simulatedAt: string;
  connected: number;
  charging: number;
  callsPerS: number;
  publishesPerS: number;
  /** Answers to calls since the point before, ms; null: there were none. */
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  /** Errors and lost calls and publishes so far. */
  errors: number;
  memoryMB: number;
  lagS: number;
}

export interface FaultResult {
  stage: string;
  /** Real seconds since `countedFrom`. */
  fromS: number;
  toS: number | null;
  /** In words: `down`, `latency 500 ms`. */
  text: string;
  /** How many chargers and gateways (or devices with connections of their own) it befell. */
  peers: number;
}

export interface ExpectationResult {
  /** Null: of the whole run. */
  stage: string | null;
  figure: FigureName;
  /** As in the scenario: `<= 10`. */
  condition: string;
  measured: number | null;
  held: boolean;
}

/** The truth of the field held against the platform's API. */
export interface Verification {
  /** What was compared. */
  checked: {
    sessions: number;
    messages: number;
    energyWh: number;
    /** Sessions of which a charger was told at the end what they cost. */
    costs: number;
    points: number;
    /** Devices, and EVSEs, that measured them. */
    devices: number;
    evses: number;
    alarms: number;
  };
  /** All, or the first thousand of `found`. */
  differences: Difference[];
  found: number;
  /** How many of all that were found are of which kind. */
  ofKind: Partial<Record<Difference['kind'], number>>;
}

export interface Difference {
  kind:
    | 'session-missing'
    | 'session-twice'
    | 'session-foreign'
    | 'session-state'
    | 'session-place'
    | 'energy'
    | 'cost'
    | 'time'
    | 'points'
    | 'value'
    | 'firmware'
    | 'alarm-missing'
    | 'alarm-foreign';
  /** The charger, device or alarm. */
  subject: string;
  /** A sentence: what was true, and what the platform says. */
  text: string;
}
