import { z } from 'zod';
import type { ListPart } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Commands, Moment, Phrases } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Addressee } from '../messages/outbound.ts';
import { text } from '../messages/tolerant.ts';

/** What both versions have in common about local authorisation lists. */

/** How one version says a list. */
export interface ListWords {
  longestToken: number;
  say(part: ListPart): OutboundCall;
}

export function listPhrases(words: ListWords): Phrases {
  return {
    'send-local-list': (command, moment) => listCalls(words, command, moment),
    'get-local-list-version': () => ({ action: 'GetLocalListVersion', payload: {} }),
  };
}

/** What a charger is sent: the version of a list, and whether it is the whole or a change. */
interface Sent {
  version: number;
  updateType: string;
}

/** The sequel of SendLocalList. */
export function takesList<Request extends z.ZodType<Sent>>(words: ListWords, request: Request) {
  return {
    request,
    response: z.object({ status: text }),
    answered({
      request: { version, updateType },
      response: { status },
      ...to
    }: Addressee & { request: Sent; response: { status: string } }) {
      return listAnswered(words, to, { version, status, isChange: updateType === 'Differential' });
    },
  };
}

/** The sequel of GetLocalListVersion. */
export function tellsListVersion<Response extends z.ZodType<{ version: number }>>(response: Response) {
  return {
    response,
    answered: ({ charger, desk, at, response: { version } }: Addressee & { response: { version: number } }) =>
      desk.charging.localLists.reported({ charger: charger.id, version, at }),
  };
}

/** What a charger takes in one message that never said how much. */
const USUAL_PER_MESSAGE = 50;

/** The calls that bring the list of a charger up to date. */
async function listCalls(
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
async function listAnswered(
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
