import { z } from 'zod';
import { type BefallenCharger, type Fault, interfering } from './fault.ts';

const parameters = z.object({});
const meterValues = z.looseObject({ transactionId: z.int() });

/**
 * Befalls 1.6 chargers while sessions run at two of their EVSEs or more; in 2.0.1 transactions carry their EVSE. The
 * platform can see that the connector of a meter value is not that of its transaction. What a session took it knows
 * from its start and stop, which stay right, so no energy that was confirmed changes; only what a running session took
 * so far may be told wrong.
 */
export const swappedTransactions: Fault<typeof parameters> = {
  name: 'swapped-transactions',
  about: 'Meter values of 1.6 chargers with two running sessions carry the transaction of the other.',
  kind: 'charger',
  befalls: ['charger'],
  reachesCharger: ({ protocol, evses }) => protocol === 'ocpp1.6' && evses > 1,
  parameters,
  describe: () => 'transactions swapped in meter values',
  begin: (on) =>
    interfering(on, {
      charger: (charger) => ({
        payload({ action, payload }) {
          const { data } = action === 'MeterValues' ? meterValues.safeParse(payload) : {};
          const transactionId = data && nextTransaction(charger, String(data.transactionId));
          return transactionId === undefined ? payload : { ...data, transactionId: Number(transactionId) };
        },
      }),
    }),
};

/** The transaction after this one of those that run at the charger; undefined when it is alone. */
function nextTransaction({ plan, transaction }: BefallenCharger, own: string): string | undefined {
  if (plan.protocol !== 'ocpp1.6') return undefined;
  const running = Array.from({ length: plan.evses }, (_, n) => transaction(n + 1)).filter((each) => each !== null);
  const at = running.indexOf(own);
  return at === -1 || running.length < 2 ? undefined : running[(at + 1) % running.length];
}
