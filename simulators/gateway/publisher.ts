import type { Clock } from '#estate/clock.ts';
import { GARBLED, type Probe } from '../probe.ts';
import { type Connection, type Message, publish } from './connection.ts';
import { type GatewayInterferences, isLet, leavingAround, type LeavingMessage, waitFor } from './interference.ts';

/** A node as it speaks at this time. */
export interface Speaker {
  readonly id: string;
  readonly clock: Clock;
  readonly probe: Probe;
  /** Null: it is away. */
  connection: Connection | null;
  interferences: GatewayInterferences;
}

/**
 * Publishes over the connection of the moment, with all that interferes. Resolves true once the broker has acknowledged
 * the message, false when it cannot any more.
 */
export async function say(speaker: Speaker, message: Message): Promise<boolean> {
  const { connection, interferences, clock } = speaker;
  const said = { ...message, kind: kindOf(message.topic) };
  if (!isLet(interferences, said, clock.now())) return false;
  const wait = waitFor(interferences, said);
  if (wait) await wait;
  if (speaker.connection !== connection) return false;
  const { before, after } = leavingAround(interferences, said);
  for (const each of before) void leave(speaker, each);
  const left = leave(speaker, message);
  for (const each of after) void leave(speaker, each);
  return left;
}

async function leave({ id, connection, probe }: Speaker, message: Message & LeavingMessage): Promise<boolean> {
  if (!connection?.isOpen) return false;
  const name = message.isGarbled ? GARBLED : kindOf(message.topic);
  const ended = probe.begin({ kind: 'publish', peer: id, name });
  const isAcknowledged = await publish(connection, message);
  ended({ kind: isAcknowledged ? 'done' : 'lost' });
  return isAcknowledged;
}

/** `data` of `estate/v1/barolo/data/barolo-gw`. */
function kindOf(topic: string): string {
  return /\/(state|birth|data|hist|event|ack)\//.exec(topic)?.[1] ?? topic;
}
