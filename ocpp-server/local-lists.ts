import type { ListPart } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Commands, Moment, OutboundCall } from './block.ts';
import type { Addressee } from './outbound.ts';

/** What both versions have in common about local authorisation lists. */

/** How one version says a list. */
export interface ListWords {
  longestToken: number;
  say(part: ListPart): OutboundCall;
}

/** What a charger takes in one message that never said how much. */
const USUAL_PER_MESSAGE = 50;

/** The calls that bring the list of a charger up to date. */
export async function listCalls(
  words: ListWords,
  { mode, tokens }: Pick<Commands['send-local-list'], 'mode' | 'tokens'>,
  { now, charger, charging }: Pick<Moment, 'now' | 'charger' | 'charging'>,
): Promise<OutboundCall[]> {
  const [perMessage, inAll] = await Promise.all([
    charging.variables.named(charger.id, 'local-list-message-length'),
    charging.variables.named(charger.id, 'local-list-max-length'),
  ]);
  const parts = await charging.localLists.prepare({
    charger: charger.id,
    mode,
    ...(tokens === undefined ? {} : { tokens }),
    mostPerMessage: numberIn(perMessage?.value) ?? USUAL_PER_MESSAGE,
    mostInAll: inAll?.max ?? numberIn(inAll?.value) ?? Infinity,
    longestToken: words.longestToken,
    at: now,
  });
  return parts.map((part) => words.say(part));
}

/**
 * Keeps what a charger said to a list. One that took no change because it holds another version than we thought is sent
 * the list in full (OCPP 1.6 §5.15; OCPP 2.0.1 use case D01).
 */
export async function listAnswered(
  words: ListWords,
  { charger, desk, at }: Addressee,
  { version, status, isChange }: { version: number; status: string; isChange: boolean },
): Promise<void> {
  const { charging, ground } = desk;
  const wasOurs = await charging.localLists.answered({ charger: charger.id, version, status, at });
  if (status !== 'VersionMismatch' || !isChange || !wasOurs) return;
  try {
    await desk.call(charger.id, { action: 'GetLocalListVersion', payload: {} });
    const moment = { now: ground.clock.now(), charger, charging };
    for (const call of await listCalls(words, { mode: 'full' }, moment)) await desk.call(charger.id, call);
  } catch (error) {
    const fields = { charger: charger.id, error: messageOf(error) };
    ground.log.warn(fields, 'A list that did not match could not be sent in full.');
  }
}

function numberIn(value: string | null | undefined): number | null {
  const number = Number(value ?? NaN);
  return Number.isInteger(number) && number > 0 ? number : null;
}
