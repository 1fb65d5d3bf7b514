import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import { MINUTE } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { createCustomerReports } from './customer-information/reports.ts';
import { createDisplays } from './display/displays.ts';
import type { Charging } from './index.ts';
import { createJobs } from './jobs/jobs.ts';
import { createMonitoring } from './monitoring/monitoring.ts';

/** What chargers go on telling of for hours and days; what has had its time is swept now and then. */
export interface Followed {
  faces: Pick<Charging, 'jobs' | 'monitoring' | 'displays' | 'customerReports'>;
  start(): void;
  stop(): void;
}

const SWEEP_EVERY_MS = 10 * MINUTE;

export function createFollowed(deps: {
  records: Records;
  ground: Ground;
  tell: (facts: readonly ChargingFact[]) => void;
}): Followed {
  const { clock, log } = deps.ground;
  const faces = {
    jobs: createJobs(deps),
    monitoring: createMonitoring(deps),
    displays: createDisplays(deps),
    customerReports: createCustomerReports(deps),
  };
  const sweep = async () => {
    try {
      for (const each of [faces.jobs, faces.monitoring, faces.customerReports]) await each.sweep(clock.now());
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'What is too old could not be swept; it is tried again.');
    }
  };
  let cancel: Cancel = () => {};
  return {
    faces,
    start() {
      void sweep();
      cancel = clock.every(SWEEP_EVERY_MS, () => void sweep());
    },
    stop: () => cancel(),
  };
}
