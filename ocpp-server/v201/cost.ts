import type { Block } from '../messages/block.ts';
import type { Desk } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';

/** What a session came to, for the answer to its last event (use case I03); nothing where no price holds. */
export async function totalCostOf(session: string, { charging }: Desk): Promise<{ totalCost?: number }> {
  const cost = (await charging.session(session))?.cost;
  return cost ? { totalCost: cost.amount } : {};
}

/** The running cost that a station shows (OCPP 2.0.1 use case I02). */
export const cost: Block = {
  inbound: [],
  outbound: [outbound('CostUpdated')],
  phrases: {
    async cost({ session, amount }, { now, charger, charging }) {
      const { transaction } = await charging.costs.set({ charger: charger.id, session, amount, at: now });
      return { action: 'CostUpdated', payload: { totalCost: amount, transactionId: transaction } };
    },
  },
};
