import type { ChargerPlan } from '../estate/plan.ts';
import type { Shown } from './display.ts';
import { factoryMonitors, type Watching } from './monitoring.ts';
import type { ToldCall } from './tell.ts';
import type { Job } from './work.ts';

/** What a charger works on, watches and shows; it keeps this over a reboot, but not over the end of the process. */
export interface Memory {
  /** What must reach the central system in order, and waits for it. */
  untold: ToldCall[];
  telling: boolean;
  /** The work under way. */
  work: Job[];
  /** The checksums of firmware that it has published. */
  published: string[];
  watching: Watching;
  shown: Shown[];
  /** Customers of whom it was told to forget. */
  forgotten: string[];
}

export function createMemory(plan: ChargerPlan): Memory {
  return {
    untold: [],
    telling: false,
    work: [],
    published: [],
    watching: { monitors: factoryMonitors(plan), level: 9, lastEvent: 0 },
    shown: [],
    forgotten: [],
  };
}
