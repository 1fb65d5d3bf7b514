import type { ChargerPlan } from '../estate/plan.ts';
import type { OcppCall } from './dialect.ts';
import type { Shown } from './display.ts';
import { factoryMonitors, type Watching } from './monitoring.ts';

/** What a charger works on, watches and shows; it keeps this over a reboot, but not over the end of the process. */
export interface Memory {
  /** What must reach the central system in order, and waits for it. */
  untold: OcppCall[];
  telling: boolean;
  /** The work under way, by the notification that tells of it; what it last told. */
  work: Map<string, { told: OcppCall | null }>;
  /** Where published firmware is, by its checksum. */
  published: Map<string, string>;
  watching: Watching;
  shown: Map<number, Shown>;
  /** Customers of whom it was told to forget. */
  forgotten: Set<string>;
}

export function createMemory(plan: ChargerPlan): Memory {
  return {
    untold: [],
    telling: false,
    work: new Map(),
    published: new Map(),
    watching: { monitors: factoryMonitors(plan), level: 9, lastEvent: 0 },
    shown: new Map(),
    forgotten: new Set(),
  };
}
