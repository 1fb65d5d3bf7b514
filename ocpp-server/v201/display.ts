import { z } from 'zod';
import type { DisplayedMessage, MessagePriority } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Block, Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { instant, integer, list, maybe, ordinal, text } from '../messages/tolerant.ts';

const PRIORITIES = { 'always-front': 'AlwaysFront', 'in-front': 'InFront', 'normal-cycle': 'NormalCycle' } as const;
const STATES = { charging: 'Charging', faulted: 'Faulted', idle: 'Idle', unavailable: 'Unavailable' } as const;
const FORMATS = { ascii: 'ASCII', html: 'HTML', uri: 'URI', utf8: 'UTF8' } as const;

const LARGEST_ID = 2 ** 31 - 1;

function priorityOf(word: string): MessagePriority {
  if (word === 'AlwaysFront') return 'always-front';
  return word === 'InFront' ? 'in-front' : 'normal-cycle';
}

/** OCPP 2.0.1 part 2 §2.31 MessageInfoType. */
const messageInfo = z
  .object({
    id: integer,
    priority: text,
    state: maybe(text),
    startDateTime: maybe(instant),
    endDateTime: maybe(instant),
    transactionId: maybe(text),
    message: z.object({ format: text, language: maybe(text), content: text }),
    display: maybe(z.object({ name: text, evse: maybe(z.object({ id: ordinal })) })),
  })
  .transform((info): DisplayedMessage => ({
    id: info.id,
    priority: priorityOf(info.priority),
    state: info.state?.toLowerCase() ?? null,
    from: info.startDateTime ?? null,
    to: info.endDateTime ?? null,
    transaction: info.transactionId ?? null,
    format: info.message.format.toLowerCase(),
    language: info.message.language ?? null,
    content: info.message.content,
    display: info.display?.name ?? null,
    evse: info.display?.evse?.id ?? null,
  }));

/** The station shows it once it accepts, in place of one of the same number (use cases O01, O02, O06). */
const setDisplayMessage = outbound('SetDisplayMessage', {
  request: z.object({ message: messageInfo }),
  response: z.object({ status: text }),
  async answered({ request, response, charger, desk, at }) {
    if (response.status === 'Accepted') await desk.charging.displays.set(charger, request.message, at);
  },
});

/** That there is no such message is an answer too (use cases O03, O04). */
const getDisplayMessages = outbound('GetDisplayMessages', {
  request: z.object({
    requestId: integer,
    id: maybe(z.array(z.unknown())),
    priority: maybe(text),
    state: maybe(text),
  }),
  response: z.object({ status: text }),
  async asking({ request: { requestId: request, ...filter }, charger, desk, at }) {
    const whole = Object.values(filter).every((one) => one === undefined);
    await desk.charging.displays.listAsked({ charger: charger.id, request, whole, at });
  },
  async answered({ request: { requestId: request }, response, charger, desk, at }) {
    if (response.status !== 'Unknown') return;
    await desk.charging.displays.listed({ charger: charger.id, request, more: false, messages: [], at });
  },
  isGranted: ({ status }) => status === 'Accepted' || status === 'Unknown',
});

/** What the station does not know it does not show (use case O05). */
const clearDisplayMessage = outbound('ClearDisplayMessage', {
  request: z.object({ id: integer }),
  response: z.object({ status: text }),
  answered: ({ request, charger, desk }) => desk.charging.displays.cleared(charger, request.id),
  isGranted: ({ status }) => status === 'Accepted' || status === 'Unknown',
});

/** A part of the list; the last one makes a whole list complete (use cases O03, O04). */
const notifyDisplayMessages = inbound(
  'NotifyDisplayMessages',
  z.object({ requestId: integer, tbc: maybe(z.boolean()), messageInfo: list(messageInfo) }),
  async ({ requestId: request, tbc: more = false, messageInfo: messages }, { charger, receivedAt: at, desk }) => {
    await desk.charging.displays.listed({ charger: charger.id, request, more, messages, at });
    return {};
  },
);

function display(command: Commands['display-message'], { random }: Moment): OutboundCall {
  const { id = random.int(1, LARGEST_ID), content, format, language, priority, state, from, to, evse } = command;
  const shownAt = command.display ?? (evse === undefined ? undefined : 'Display');
  return {
    action: 'SetDisplayMessage',
    payload: {
      message: {
        id,
        priority: PRIORITIES[priority],
        ...(state === undefined ? {} : { state: STATES[state] }),
        ...(from === undefined ? {} : { startDateTime: isoTime(from) }),
        ...(to === undefined ? {} : { endDateTime: isoTime(to) }),
        ...(command.transaction === undefined ? {} : { transactionId: command.transaction }),
        message: { format: FORMATS[format], ...(language === undefined ? {} : { language }), content },
        ...(shownAt === undefined
          ? {}
          : { display: { name: shownAt, ...(evse === undefined ? {} : { evse: { id: evse } }) } }),
      },
    },
  };
}

/** What stations show (OCPP 2.0.1 functional block O). */
export const displayMessages: Block = {
  inbound: [notifyDisplayMessages],
  outbound: [setDisplayMessage, getDisplayMessages, clearDisplayMessage],
  phrases: {
    'display-message': display,
    'get-displayed-messages': ({ ids, priority, state }, { random }) => ({
      action: 'GetDisplayMessages',
      payload: {
        requestId: random.int(1, LARGEST_ID),
        ...(ids ? { id: ids } : {}),
        ...(priority ? { priority: PRIORITIES[priority] } : {}),
        ...(state ? { state: STATES[state] } : {}),
      },
    }),
    'clear-displayed-message': ({ id }) => ({ action: 'ClearDisplayMessage', payload: { id } }),
  },
};
