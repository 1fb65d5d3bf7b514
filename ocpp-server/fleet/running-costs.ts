import type { RunningCost } from '#charging/index.ts';
import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import { MINUTE } from '#estate/units.ts';
import type { Connection } from '../connection/connection.ts';
import type { Desk } from '../messages/inbound.ts';
import type { Connections } from './connections.ts';

/** Shows drivers what they are about to pay (OCPP 2.0.1 use case I02). */
export interface RunningCosts {
  start(): void;
  stop(): void;
}

/**
 * Once a minute, tells each station of 2.0.1 what its sessions have come to, if a price holds and something was metered
 * since. A station that cannot show it is not told again while it stays connected.
 */
export function createRunningCosts(desk: Desk, connections: Pick<Connections, 'of'>): RunningCosts {
  const { charging, ground } = desk;
  const unable = new WeakSet<Connection>();
  let cancel: Cancel = () => {};

  const failed = (error: unknown) =>
    ground.log.warn({ error: messageOf(error) }, 'What sessions have come to could not be told.');
  const tell = async ({ charger, transaction, amount }: RunningCost) => {
    const connection = connections.of(charger);
    if (!connection || unable.has(connection)) return;
    const payload = { transactionId: transaction, totalCost: amount };
    const { outcome } = await desk.call(charger, { action: 'CostUpdated', payload });
    if (outcome === 'failed') unable.add(connection);
  };
  const tellAll = async () => {
    const costs = await charging.costs.running({ since: ground.clock.now() - MINUTE });
    for (const cost of costs) void tell(cost).catch(failed);
  };
  return {
    start() {
      cancel = ground.clock.every(MINUTE, () => void tellAll().catch(failed));
    },
    stop: () => cancel(),
  };
}
