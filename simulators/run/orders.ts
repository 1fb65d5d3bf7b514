import { messageOf } from '#estate/errors.ts';
import { isoTime, type Millis, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import { inParallel } from '../in-parallel.ts';
import type { Order, Scenario, Stage } from '../scenario/scenario.ts';
import type { Target } from '../target.ts';
import type { Activity } from './activity.ts';
import { chosen } from './chosen.ts';
import type { Measure } from './measure/measure.ts';

/** What an operator orders in a run. */
export interface Orders {
  /** Has an operator order the same of several chargers, as the API lets them. */
  give(order: Order, stage: Stage): Promise<void>;
  /** Learns what became of those that waited for their charger. */
  settle(): Promise<void>;
}

export interface OrdersInput {
  scenario: Pick<Scenario, 'seed'>;
  field: {
    fleet: { chargers: readonly { plan: ChargerPlan }[] };
    activity: Pick<Activity, 'probe'>;
    measure: Pick<Measure, 'order'>;
  };
  target: Pick<Target, 'get' | 'post'>;
  /** The time of the platform. */
  now: () => Millis;
  /** Takes what went wrong that should not have. */
  report: (text: string, peer: string) => void;
}

const ORDERS_AT_ONCE = 50;

/** A charger that is away hears of an order when it is back, within so long. */
const ORDER_HOLDS_MS = 10 * MINUTE;

const answer = z.object({ id: z.string(), state: z.string(), outcome: z.string().nullable() });

type Answer = z.infer<typeof answer>;

export function createOrders({ scenario, field, target, now, report }: OrdersInput): Orders {
  const { fleet, activity, measure } = field;
  const waiting: { charger: string; name: string; id: string }[] = [];
  const refused = (charger: string, text: string) => {
    measure.order('refused');
    report(text, charger);
  };
  const judge = (charger: string, name: string, { state, outcome }: Answer) => {
    if (state !== 'done') refused(charger, `Order ${name}: it still waits for the charger`);
    else if (outcome !== 'accepted') refused(charger, `Order ${name}: ${outcome ?? 'nothing came of it'}`);
  };
  const ask = async (charger: string, name: string, work: () => Promise<void>) => {
    const ended = activity.probe.begin({ kind: 'call', peer: charger, name: 'order' });
    try {
      await work();
    } catch (error) {
      refused(charger, `Order ${name}: ${messageOf(error)}`);
    } finally {
      ended({ kind: 'done' });
    }
  };
  return {
    async give({ command, on }, stage) {
      const name = String(command['command']);
      const plans = fleet.chargers.map(({ plan }) => plan);
      const number = stage.orders.findIndex((each) => each.command === command);
      const until = encodeURIComponent(isoTime(now() + ORDER_HOLDS_MS));
      const meant = chosen(plans, on, `${scenario.seed}/${stage.name}/orders/${number}`);
      await inParallel(meant, ORDERS_AT_ONCE, async ({ id: charger }) => {
        measure.order('given');
        await ask(charger, name, async () => {
          const given = await target.post(`${commandsOf(charger)}?until=${until}`, { ...command }, answer);
          if (given.state === 'done') judge(charger, name, given);
          else waiting.push({ charger, name, id: given.id });
        });
      });
    },
    async settle() {
      await inParallel(waiting.splice(0), ORDERS_AT_ONCE, ({ charger, name, id }) =>
        ask(charger, name, async () => judge(charger, name, await target.get(`${commandsOf(charger)}/${id}`, answer))),
      );
    },
  };
}

function commandsOf(charger: string): string {
  return `/v1/chargers/${encodeURIComponent(charger)}/commands`;
}
