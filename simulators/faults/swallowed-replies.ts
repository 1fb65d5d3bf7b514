import { z } from 'zod';
import { type Action, ACTIONS } from '../charger/actions.ts';
import type { Interference, SaidCall } from '../charger/interference.ts';
import type { Protocol } from '../estate/plan.ts';
import { type Fault, interfering } from './fault.ts';

const ALL_ACTIONS: readonly Action[] = [...new Set(Object.values(ACTIONS).flat())];

const parameters = z.object({
  share: z.number().min(0).max(1).default(0.3).describe('Which share of answers is lost.'),
  actions: z
    .array(z.enum(ALL_ACTIONS))
    .min(1)
    .optional()
    .describe('Answers to which calls, as [StartTransaction, TransactionEvent]; to all unless told.'),
  sameId: z.boolean().default(false).describe('Whether what is asked again carries the id that it had before.'),
});

/** The charger waits for 30 s, gives the connection up, and says again what must not be lost: the platform knows it already. */
export const swallowedReplies: Fault<typeof parameters> = {
  name: 'swallowed-replies',
  about: 'Answers to chargers are lost on their way, so that they give up the connection and ask again.',
  kind: 'charger',
  befalls: ['charger'],
  reachesCharger: ({ protocol }, { actions }) => actions?.some((action) => speaks(protocol, action)) ?? true,
  parameters,
  describe: ({ share, actions = [] }) =>
    `${Math.round(share * 100)} % of answers${actions.length > 0 ? ` to ${actions.join(', ')}` : ''} swallowed`,
  begin: (on, { share, actions, sameId }) =>
    interfering(on, {
      charger({ id }) {
        const random = on.random(id);
        const again = new Map<string, string>();
        const hearing: Interference = {
          hears(call, usedId) {
            if (actions && !actions.some((action) => action === call.action)) return true;
            const heard = random.next() >= share;
            if (!heard && sameId) again.set(keyOf(call), usedId);
            return heard;
          },
          id(call, usual) {
            const known = again.get(keyOf(call));
            again.delete(keyOf(call));
            return known ?? usual;
          },
        };
        return hearing;
      },
    }),
};

function speaks(protocol: Protocol, action: Action): boolean {
  return ACTIONS[protocol].some((each) => each === action);
}

function keyOf({ action, payload }: SaidCall): string {
  return JSON.stringify([action, payload]);
}
