import type { Visitors } from '../site-kinds.ts';
import type { WeatherChoice } from '../weather/weather.ts';
import type { Expectation } from './expectation.ts';
import type { Befalls, Selection } from './selection.ts';
import type { Start } from './start.ts';

/** What a run does: an estate, its fleet, and stages with faults and orders, and what is expected of it. */
export interface Scenario {
  /** The name of the built-in one, or of the file without its ending. */
  name: string;
  title: string;
  about: string;
  seed: string;
  estate: {
    sites: number;
    /** Null: in proportion to the sites. */
    chargers: number | null;
    /** Whether devices stand at the sites, with gateways or without. */
    devices: boolean;
    /** Whether grid connections limit what cars get. */
    grid: 'unlimited' | 'as-built';
    weather: WeatherChoice;
  };
  fleet: {
    /** Whether drivers come by themselves, and how many times as many as in life. */
    drivers: boolean;
    arrivals: number;
    visitors: Visitors;
    /** Share of EVSEs at which a car charges from the start, 0 to 1. */
    plugged: number;
    /** Whether the devices of a site speak through its gateway, or each over a connection of its own. */
    connections: 'gateways' | 'devices';
    meterValuesMs: number;
    readingsMs: number;
    manners: 'as-built' | 'plain';
  };
  start: Start;
  /** Simulated time that passes at once, ms. */
  stepMs: number;
  /** Simulated time over real time, at most. */
  speed: number;
  /** Real time to wait at the end for what is queued, ms. */
  drainMs: number;
  stages: Stage[];
  /** Of the whole run. */
  expect: Expectation[];
}

/** A scenario before it has its name, and the weather year whose file it names. */
export interface WrittenScenario extends Omit<Scenario, 'name' | 'estate'> {
  estate: Omit<Scenario['estate'], 'weather'> & { weather: string };
}

/** What reports show beside the stages: before the first everyone connects, after the last what is queued is told. */
const PHASES = ['connect', 'drain', 'whole run'] as const;

export function isPhase(name: string): boolean {
  return PHASES.some((phase) => phase === name);
}

export interface Stage {
  /** Unlike that of any other, and none of the phases. */
  name: string;
  /** Simulated, ms; so is all within a stage. */
  forMs: number;
  faults: StageFault[];
  orders: Order[];
  expect: Expectation[];
}

export interface StageFault {
  /** Its name in the list of faults, and its parameters as its own schema gives them. */
  fault: string;
  parameters: Readonly<Record<string, unknown>>;
  on: Befalls;
  /** From the stage's begin. */
  afterMs: number;
  forMs: number;
}

/** What an operator asks of chargers through the API. */
export interface Order {
  /** The body of `POST /v1/chargers/{id}/commands`. */
  command: Readonly<Record<string, unknown>>;
  on: Selection;
  afterMs: number;
}

/** The simulated time from the first stage to the last, ms. */
export function lengthOf({ stages }: Pick<Scenario, 'stages'>): number {
  return stages.reduce((sum, { forMs }) => sum + forMs, 0);
}
