import type { DeviceId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import { createLimitWatch } from '../deviations/limit-watch.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Desk } from '../messages/inbound.ts';
import type { Connections } from './connections.ts';
import { createGaps } from './gaps.ts';
import { createRunningCosts } from './running-costs.ts';

/** What chargers are asked and told beside their calls, and what is noticed of them. */
export interface Aftercare {
  start(): void;
  stop(): void;
  /** A charger came back, or booted. */
  cameBack(charger: DeviceId): void;
  /** A charger did as a call of ours said. */
  obeyed(charger: DeviceId, call: OutboundCall): void;
  /** EVSEs were metered. */
  metered(readings: readonly Reading[]): void;
}

export function createAftercare(desk: Desk, connections: Connections): Aftercare {
  const limits = createLimitWatch(desk.charging);
  const gaps = createGaps(desk, (charger) => connections.of(charger)?.info.protocol ?? null);
  const costs = createRunningCosts(desk, connections);
  return {
    start() {
      gaps.start();
      costs.start();
    },
    stop() {
      gaps.stop();
      costs.stop();
    },
    cameBack: (charger) => gaps.cameBack(charger),
    obeyed: (charger, call) => limits.accepted(charger, call, desk.ground.clock.now()),
    metered: (readings) => limits.metered(readings),
  };
}
