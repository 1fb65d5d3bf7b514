import { type Millis, SECOND } from '#estate/units.ts';
import { call } from './calls.ts';
import { orderOf } from './interference.ts';
import { remove } from './outbox.ts';
import type { Station } from './station-parts.ts';
import { noteRefused } from './truth-keeper.ts';

/** Sends what the outbox holds, one message at a time, in order. */
export interface Sender {
  isPumping: boolean;
  /** A message that was answered with an error waits until then. */
  notBefore: Millis;
}

/** OCPP 1.6 §9.1: TransactionMessageAttempts and TransactionMessageRetryInterval. */
const ATTEMPTS = 3;
const RETRY_MS = 10 * SECOND;

/** Goes on until the outbox is empty, the wire is gone, or a message must wait. */
export async function pump(station: Station): Promise<void> {
  const { sender } = station;
  if (sender.isPumping) return;
  sender.isPumping = true;
  while (await sendFirst(station));
  sender.isPumping = false;
}

/** False when there is nothing to send, or it must wait. */
async function sendFirst(station: Station): Promise<boolean> {
  const { ground, uplink, sender, outbox, interferences, dialect, transactions, truth } = station;
  const { clock } = ground;
  if (!uplink.isReady || clock.now() < sender.notBefore) return false;
  const [message] = orderOf(interferences, outbox, clock.now());
  if (!message) return false;
  const payload = dialect.address(message, transactions.get(message.session) ?? null);
  const outcome = await call(station, message.action, payload);
  if (outcome.kind === 'lost') return false;
  if (outcome.kind === 'error' && ++message.errors < ATTEMPTS) {
    sender.notBefore = clock.now() + RETRY_MS * message.errors;
    return false;
  }
  remove(outbox, message);
  if (outcome.kind === 'result') station.hears.confirmed(station, message, outcome.payload);
  else noteRefused(truth, message);
  return true;
}
