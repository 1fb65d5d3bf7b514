import { z } from 'zod';
import { handler, type Handler } from './dialect.ts';

const v201: Record<string, Handler> = {
  /** Shows the driver what it has come to (use case I02). */
  CostUpdated: handler(
    z.object({ totalCost: z.number(), transactionId: z.string() }),
    'FormatViolation',
    ({ totalCost, transactionId }, { charger }) => {
      const running = charger.outlets.find(({ session }) => session?.transaction === transactionId);
      if (running?.session) running.session.cost = totalCost;
      return { payload: {} };
    },
  ),
};

const answer = z.object({ totalCost: z.number() });

/** What a session cost in all, where an answer says so (use case I03). */
export function costIn(response: unknown): number | null {
  return answer.safeParse(response).data?.totalCost ?? null;
}

export const cost = { v201 };
