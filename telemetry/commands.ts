import type { CommandOutcome, CommandResult } from '#estate/command.ts';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Random } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import type { Ack, CommandPayload } from './payloads.ts';
import type { NodeRef } from './presence.ts';
import { topicText } from './topics.ts';

/** A device behind its node. */
export interface Target extends NodeRef {
  device: DeviceId;
}

export interface Commands {
  /** Sends set points and waits for the device's answer, at most ten seconds. */
  send(target: Target, set: Record<string, number>): Promise<CommandResult>;
  /** Asks a node to send all its births again; waits for nothing. */
  askRebirth(node: NodeRef): Promise<void>;
  /** A device answered; false when no command of its waits for this. */
  answered(from: Target, ack: Ack): boolean;
  /** The node's connection ended: what was on its way to it may or may not have arrived. */
  nodeGone(node: NodeRef): void;
}

interface Waiting {
  target: Target;
  settle: (result: CommandResult) => void;
}

const ANSWER_WITHIN_MS = 10 * SECOND;
/** After this the device returns to its own set point, unless told again, s. */
const REVERT_AFTER_S = 900;
const MOST_WAITING = 1_000;

const outcomeOf: Record<Ack['st'], CommandOutcome> = {
  accepted: 'accepted',
  done: 'accepted',
  rejected: 'rejected',
  failed: 'failed',
  expired: 'expired',
};

export function createCommands(
  deps: { publish(topic: string, payload: string): Promise<void>; ground: Ground },
  options: { root: string },
): Commands {
  const { clock, random, log } = deps.ground;
  const waiting = new Map<string, Waiting>();

  const publish = (target: Target, command: Pick<CommandPayload, 'id' | 'set' | 'revert'>) => {
    const ts = clock.now();
    const payload: CommandPayload = { ...command, ts, exp: ts + ANSWER_WITHIN_MS };
    return deps.publish(topicText(options.root, { kind: 'cmd', ...target }), JSON.stringify(payload));
  };

  return {
    async send(target, set) {
      if (waiting.size >= MOST_WAITING) {
        throw new PolisError('rate-limited', 'Too many commands wait for their devices; try again in a few seconds.');
      }
      const id = uuid(random);
      const { promise, resolve } = Promise.withResolvers<CommandResult>();
      const cancel = clock.after(ANSWER_WITHIN_MS, () => resolve({ outcome: 'timed-out', response: null }));
      waiting.set(id, { target, settle: resolve });
      publish(target, { id, set, revert: REVERT_AFTER_S }).catch((error: unknown) =>
        resolve({ outcome: 'failed', response: messageOf(error) }),
      );
      const result = await promise;
      cancel();
      waiting.delete(id);
      log.info({ ...target, set, outcome: result.outcome }, 'A device was told its set points.');
      return result;
    },
    askRebirth: ({ site, node }) => publish({ site, node, device: node }, { id: uuid(random), set: { rebirth: 1 } }),
    answered(from, ack) {
      const command = waiting.get(ack.id);
      if (!command || !isSame(command.target, from) || command.target.device !== from.device) return false;
      command.settle({ outcome: outcomeOf[ack.st], response: ack });
      return true;
    },
    nodeGone(node) {
      for (const { target, settle } of waiting.values()) {
        if (isSame(target, node)) settle({ outcome: 'unknown', response: null });
      }
    },
  };
}

function isSame(one: NodeRef, other: NodeRef): boolean {
  return one.site === other.site && one.node === other.node;
}

/** A version 4 UUID (RFC 9562 §5.4). */
function uuid(random: Random): string {
  const hex = (digits: number) =>
    random
      .int(0, 16 ** digits - 1)
      .toString(16)
      .padStart(digits, '0');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`;
}
