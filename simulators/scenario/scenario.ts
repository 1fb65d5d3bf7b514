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
    /** Whether gateways with their devices stand at the sites. */
    devices: boolean;
    /** Whether grid connections limit what cars get. */
    grid: 'unlimited' | 'as-built';
  };
  fleet: {
    /** Whether drivers come by themselves, and how many times as many as in life. */
    drivers: boolean;
    arrivals: number;
    /** Share of EVSEs at which a car charges from the start, 0 to 1. */
    plugged: number;
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

export interface Stage {
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
