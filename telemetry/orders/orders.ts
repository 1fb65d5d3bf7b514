import { messageOf } from '#estate/errors.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { DAY, HOUR, SECOND } from '#estate/units.ts';
import { commandId } from '../commands/commands.ts';
import type { Ack, NodeRef, Target } from '../dialects/dialect.ts';
import { within } from '#estate/within.ts';
import { ANSWER_WITHIN_MS, createDispatch, type Dispatch, type DispatchDeps } from './dispatch.ts';
import { PRIORITY, type DeviceOrder, type Orders } from './order.ts';
import * as units from './units.ts';

/** The orders as the rest of telemetry sees them. */
export interface OrderDesk extends Orders {
  start(): Promise<void>;
  stop(): void;
  /** A node is there (again): what waited for it is given now. */
  nodeBack(node: NodeRef): void;
  /** A device answered something that nobody waits for any more. */
  late(from: Target, ack: Ack): void;
}

const USUAL = { revertS: 900, expiresS: 10 };
const REMEMBERED_MS = 90 * DAY;

/**
 * Orders for devices: on record before they leave, one outcome each, and by priority. Each metric of a device has sixteen
 * slots, of which the first that is taken counts. When it is released or its time is over, the device is told what the
 * next one holds.
 */
export function createOrders(deps: DispatchDeps): OrderDesk {
  const { records } = deps;
  const { clock, random, log } = deps.ground;
  const dispatch = createDispatch(deps);
  const loudly: Loudly = (work, failed) =>
    void work.catch((error: unknown) => log.error({ error: messageOf(error) }, failed));

  const found = async (id: string): Promise<DeviceOrder> => {
    const order = await records.run(units.getOrder, id);
    if (!order) throw new Error(`The order ${id} vanished.`);
    return order;
  };

  return {
    ...createUpkeep(deps, dispatch, loudly),
    async give(request) {
      const { site, device, set, by, priority = PRIORITY.usual } = request;
      const { revertS = USUAL.revertS, expiresS = USUAL.expiresS } = request;
      const target = await deps.target({ site, device }, set);
      const at = clock.now();
      const id = commandId(at, random);
      const order = { id, site, device, set, by, priority, revertS, at, expiresAt: at + expiresS * SECOND };
      const now = await records.run(units.noteOrder, order);
      if (Object.keys(now).length > 0) {
        const sent = dispatch.send(target, { ...order, set: now });
        loudly(sent, 'What became of a command could not be noted.');
        await within(sent, ANSWER_WITHIN_MS, clock);
      }
      return found(id);
    },
    async release(which) {
      const exposed = await records.run(units.releaseOrder, { ...which, at: clock.now() });
      const told = Promise.all([dispatch.resume(exposed), dispatch.giveBack(exposed)]);
      loudly(told, 'A device could not be told that a command was released.');
      await within(told, ANSWER_WITHIN_MS, clock);
      return found(which.id);
    },
    order: (id) => records.run(units.getOrder, id),
    list: (query) => records.run(units.listOrders, query),
    holds: (of) => records.run(units.listHolds, of),
    late({ site, device }, { id, st }) {
      const answer = { id, site, device, at: clock.now(), detail: st };
      loudly(records.run(units.noteLateAnswer, answer), 'A late answer of a device could not be noted.');
    },
  };
}

/** Does not wait for work, but says when it fails. */
type Loudly = (work: Promise<unknown>, failed: string) => void;

/** What happens to orders by itself. */
function createUpkeep(
  { records, place, ground: { clock } }: DispatchDeps,
  dispatch: Dispatch,
  loudly: Loudly,
): Pick<OrderDesk, 'start' | 'stop' | 'nodeBack'> {
  let stops: (() => void)[] = [];
  const sweep = async () => dispatch.resume(await records.run(units.endHolds, clock.now()));
  const forget = () => records.run(units.forgetOrders, clock.now() - REMEMBERED_MS);
  const catchUp = async (site: SiteId, node: DeviceId) => {
    const turns = await records.run(units.listTurns, { site, at: clock.now() });
    await dispatch.resume(turns.filter((turn) => place(turn).node === node));
  };
  return {
    async start() {
      // What was under way when the process ended may still be answered until it expires.
      for (const order of await records.run(units.listSent, null)) {
        loudly(dispatch.await(order), 'What became of a command could not be noted.');
      }
      stops = [
        clock.every(SECOND, () => loudly(sweep(), 'Set points whose time is over could not be looked for.')),
        clock.every(HOUR, () => loudly(forget(), 'Old commands could not be forgotten.')),
      ];
    },
    stop: () => stops.splice(0).forEach((stop) => stop()),
    nodeBack: ({ site, node }) => loudly(catchUp(site, node), 'What waited for a node could not be given.'),
  };
}
