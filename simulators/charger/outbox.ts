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
export interface Outbox {
  /** Answers which messages had to go to make room. */
  push(message: OutboxMessage): readonly OutboxMessage[];
  first(): OutboxMessage | undefined;
  /** It is confirmed, or given up. */
  remove(message: OutboxMessage): void;
  readonly size: number;
  has(session: string): boolean;
  list(): OutboxMessage[];
}

/**
 * An outbox for up to `most` messages. Beyond that every second meter sample is dropped, never a start or stop
 * (OCPP 2.0.1 part 2, E04.FR.07 ff.).
 */
export function createOutbox(most: number, saved: OutboxMessage[] = []): Outbox {
  let messages = saved;
  return {
    push(message) {
      messages.push(message);
      if (messages.length <= most) return [];
      const before = messages;
      messages = thinned(before);
      const kept = new Set(messages);
      return before.filter((each) => !kept.has(each));
    },
    first: () => messages[0],
    remove(message) {
      const at = messages.indexOf(message);
      if (at >= 0) messages.splice(at, 1);
    },
    get size() {
      return messages.length;
    },
    has: (session) => messages.some((each) => each.session === session),
    list: () => messages,
  };
}

/** The first stays, for it may be on its way. */
function thinned(messages: OutboxMessage[]): OutboxMessage[] {
  let samples = 0;
  return messages.filter((each, index) => index === 0 || each.kind !== 'sampled' || ++samples % 2 === 0);
}
