import type { DeviceId } from '#estate/ids.ts';
import type { NodeRef, Target } from '../dialects/dialect.ts';

/** What is done to devices: to one device one thing after another, to several at once. */
export interface Turns {
  /** Does the work once all before it on the same device has ended, and resolves as it does. */
  take<Result>(of: Target, work: () => Promise<Result>): Promise<Result>;
  /** Devices of a node on which work is under way. */
  devicesOf(node: NodeRef): DeviceId[];
  /** Resolves once the work on a node's devices that is under way now has ended; null when there is none. */
  ended(node: NodeRef): Promise<unknown> | null;
}

export function createTurns(): Turns {
  /** The last of each device, by node. */
  const underWay = new Map<string, Map<DeviceId, Promise<unknown>>>();
  const keyOf = ({ site, node }: NodeRef) => `${site}/${node}`;
  const of = (node: NodeRef) => (underWay.size === 0 ? undefined : underWay.get(keyOf(node)));
  return {
    async take(target, work) {
      const turns = of(target) ?? new Map<DeviceId, Promise<unknown>>();
      underWay.set(keyOf(target), turns);
      const turn = turns.get(target.device)?.then(work, work) ?? work();
      turns.set(target.device, turn);
      try {
        return await turn;
      } finally {
        if (turns.get(target.device) === turn) turns.delete(target.device);
        if (turns.size === 0) underWay.delete(keyOf(target));
      }
    },
    devicesOf: (node) => [...(of(node)?.keys() ?? [])],
    ended(node) {
      const turns = of(node);
      return turns ? Promise.allSettled(turns.values()) : null;
    },
  };
}
