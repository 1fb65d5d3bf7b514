import type { CommandOutcome, CommandResult } from '#estate/command.ts';
import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Random } from '#estate/random.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import type { Ack, Dialect, FieldCommand, Message, NodeRef, Target } from '../dialects/dialect.ts';

export interface Commands {
  /** Sends set points and waits for the device's answer, until they expire. Never rejects: a failure is an outcome. */
  send(target: Target, command: Omit<FieldCommand, 'ts'>): Promise<CommandResult>;
  /** Waits for the answer to a command that has left. */
  answer(target: Target, command: { id: string; until: Millis }): Promise<CommandResult>;
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

const REBIRTH_WITHIN_MS = 10 * SECOND;
const MOST_WAITING = 1_000;

const outcomeOf: Record<Ack['st'], CommandOutcome> = {
  accepted: 'accepted',
  done: 'accepted',
  rejected: 'rejected',
  failed: 'failed',
  expired: 'expired',
};

/** Says something to a node in the dialect that it speaks. */
export type Say = (node: NodeRef, wording: (dialect: Dialect) => Message) => Promise<void>;

/** @param deps.late is told of an answer that nobody waits for. */
export function createCommands(deps: { say: Say; ground: Ground; late(from: Target, ack: Ack): void }): Commands {
  const { clock, random, log } = deps.ground;
  const waiting = new Map<string, Waiting>();

  const publish = (target: Target, command: FieldCommand) =>
    deps.say(target, (dialect) => ({ ...dialect.command(target, command), expiresAt: command.exp }));
  const answer: Commands['answer'] = async (target, { id, until }) => {
    const { promise, resolve } = Promise.withResolvers<CommandResult>();
    const cancel = clock.after(until - clock.now(), () => resolve({ outcome: 'timed-out', response: null }));
    waiting.set(id, { target, settle: resolve });
    const result = await promise;
    cancel();
    waiting.delete(id);
    return result;
  };

  return {
    answer,
    async send(target, command) {
      const { id, set, exp: until } = command;
      if (waiting.size >= MOST_WAITING)
        return { outcome: 'failed', response: 'Too many commands wait for their devices.' };
      const answered = answer(target, { id, until });
      publish(target, { ...command, ts: clock.now() }).catch((error: unknown) =>
        waiting.get(id)?.settle({ outcome: 'failed', response: messageOf(error) }),
      );
      const result = await answered;
      log.info({ ...target, set, outcome: result.outcome }, 'A device was told its set points.');
      return result;
    },
    askRebirth(node) {
      const ts = clock.now();
      const order = { id: commandId(ts, random), ts, exp: ts + REBIRTH_WITHIN_MS };
      return deps.say(node, (dialect) => ({ ...dialect.rebirth(node, order), expiresAt: order.exp }));
    },
    answered(from, ack) {
      const command = waiting.get(ack.id);
      if (!command || !isSame(command.target, from) || command.target.device !== from.device) {
        deps.late(from, ack);
        return false;
      }
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

/** A version 7 UUID (RFC 9562 §5.7): ids of commands grow with time. */
export function commandId(at: Millis, random: Random): string {
  const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
  const chance = (digits: number) => hex(random.int(0, 16 ** digits - 1), digits);
  const time = hex(at, 12);
  const variant = random.pick(['8', '9', 'a', 'b']);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${chance(3)}-${variant}${chance(3)}-${chance(6)}${chance(6)}`;
}
