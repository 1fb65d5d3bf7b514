import { z } from 'zod';

/** A message about a transaction that must arrive, however long the wire is down. */
export const outboxMessage = z.object({
  action: z.string(),
  /** `asked`: a sample that the central system asked for. */
  kind: z.enum(['began', 'sampled', 'asked', 'changed', 'ended']),
  /** The charger's own name of the session. */
  session: z.string(),
  evse: z.int(),
  /** By the charger's clock. */
  at: z.number(),
  /** The meter's register that the message carries, whole Wh. */
  registerWh: z.number(),
  seqNo: z.int().nullable(),
  payload: z.record(z.string(), z.unknown()),
  /** How often the central system answered it with an error. */
  errors: z.int(),
});

export type OutboxMessage = z.infer<typeof outboxMessage>;

/** The offline queue: messages leave in order, each only after the one before was confirmed. */
export type Outbox = OutboxMessage[];

/**
 * Queues a message, and answers which had to go to make room: beyond `most` messages every second meter sample is
 * dropped, never a start or stop (OCPP 2.0.1 part 2, E04.FR.07 ff.).
 */
export function enqueue(outbox: Outbox, message: OutboxMessage, most: number): readonly OutboxMessage[] {
  outbox.push(message);
  if (outbox.length <= most) return [];
  const kept = new Set(thinned(outbox));
  return outbox.splice(0, outbox.length, ...kept).filter((each) => !kept.has(each));
}

/** It is confirmed, or given up. */
export function remove(outbox: Outbox, message: OutboxMessage): void {
  const at = outbox.indexOf(message);
  if (at >= 0) outbox.splice(at, 1);
}

/** The first stays, for it may be on its way. */
function thinned(messages: OutboxMessage[]): OutboxMessage[] {
  let samples = 0;
  return messages.filter((each, index) => index === 0 || each.kind !== 'sampled' || ++samples % 2 === 0);
}
