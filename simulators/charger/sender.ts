import type { Clock } from '#estate/clock.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import type { Dialect } from './dialect.ts';
import type { Link } from './link.ts';
import type { Outbox, OutboxMessage } from './outbox.ts';

/** Sends what the outbox holds, one message at a time, in order. */
export interface Sender {
  /** Goes on until the outbox is empty, the wire is gone, or a message must wait. */
  pump(): Promise<void>;
  /** The wire is gone: what waited for a retry need not wait any longer. */
  reset(): void;
}

export interface SenderOptions {
  dialect: Dialect;
  isReady: () => boolean;
  /** Which messages may leave now, and in which order. */
  order: (queue: readonly OutboxMessage[], now: Millis) => readonly OutboxMessage[];
  /** The central system's name of a session. */
  transactionOf: (session: string) => string | null;
  confirmed: (message: OutboxMessage, response: unknown) => void;
  /** Given up after repeated errors. */
  refused: (message: OutboxMessage) => void;
}

/** OCPP 1.6 §9.1: TransactionMessageAttempts and TransactionMessageRetryInterval. */
const ATTEMPTS = 3;
const RETRY_MS = 10 * SECOND;

export function createSender(
  { clock, link, outbox }: { clock: Clock; link: Link; outbox: Outbox },
  options: SenderOptions,
): Sender {
  let pumping = false;
  let notBefore: Millis = 0;

  /** False when there is nothing to send, or it must wait. */
  const sendFirst = async (): Promise<boolean> => {
    if (!options.isReady() || clock.now() < notBefore) return false;
    const [message] = options.order(outbox.list(), clock.now());
    if (!message) return false;
    const payload = options.dialect.address(message, options.transactionOf(message.session));
    const outcome = await link.call(message.action, payload);
    if (outcome.kind === 'lost') return false;
    if (outcome.kind === 'error' && ++message.errors < ATTEMPTS) {
      notBefore = clock.now() + RETRY_MS * message.errors;
      return false;
    }
    outbox.remove(message);
    if (outcome.kind === 'result') options.confirmed(message, outcome.payload);
    else options.refused(message);
    return true;
  };
  return {
    async pump() {
      if (pumping) return;
      pumping = true;
      while (await sendFirst());
      pumping = false;
    },
    reset: () => void (notBefore = 0),
  };
}
