import { z } from 'zod';
import type { Answer } from './calls.ts';
import { type Controls, handler, type Handler, statusOnly } from './dialect.ts';
import { inParts, tell } from './tell.ts';

const MOST_MESSAGES = 10;
const PER_PART = 2;

const time = z.iso.datetime({ offset: true });

const messageInfo = z.object({
  id: z.int(),
  priority: z.string(),
  state: z.string().optional(),
  startDateTime: time.optional(),
  endDateTime: time.optional(),
  transactionId: z.string().optional(),
  message: z.object({ format: z.string(), language: z.string().optional(), content: z.string() }),
  display: z.looseObject({ name: z.string() }).optional(),
});

/** A message as it was sent. */
export type Shown = z.infer<typeof messageInfo>;

/** What is still shown: without what has had its time, or whose transaction is over. */
function shownNow(controls: Controls): Map<number, Shown> {
  const { memory, charger } = controls;
  for (const [id, { endDateTime, transactionId }] of memory.shown) {
    const over = endDateTime !== undefined && Date.parse(endDateTime) <= controls.now();
    const running = charger.outlets.some((each) => each.session?.transaction === transactionId);
    if (over || (transactionId !== undefined && !running)) memory.shown.delete(id);
  }
  return memory.shown;
}

function set(message: Shown, controls: Controls): Answer {
  const { transactionId, priority } = message;
  if (!/^(ASCII|UTF8)$/.test(message.message.format)) return statusOnly('NotSupportedMessageFormat');
  const running = controls.charger.outlets.some((each) => each.session?.transaction === transactionId);
  if (transactionId !== undefined && !running) return statusOnly('UnknownTransaction');
  const shown = shownNow(controls);
  if (shown.size >= MOST_MESSAGES && !shown.has(message.id)) return statusOnly('Rejected');
  for (const [id, other] of shown) if (priority === 'AlwaysFront' && other.priority === priority) shown.delete(id);
  shown.set(message.id, message);
  return statusOnly('Accepted');
}

const wanted = z.object({
  requestId: z.int(),
  id: z.array(z.int()).optional(),
  priority: z.string().optional(),
  state: z.string().optional(),
});

function list({ requestId, id, priority, state }: z.infer<typeof wanted>, controls: Controls): Answer {
  const found = [...shownNow(controls).values()].filter(
    (each) =>
      (id?.includes(each.id) ?? true) &&
      each.priority === (priority ?? each.priority) &&
      each.state === (state ?? each.state),
  );
  if (found.length === 0) return statusOnly('Unknown');
  const parts = inParts(found, PER_PART).map(({ part, tbc }) => ({
    action: 'NotifyDisplayMessages',
    payload: { requestId, tbc, messageInfo: part },
  }));
  return statusOnly('Accepted', () => tell(controls, ...parts));
}

/** The display of a 2.0.1 station (functional block O). */
export const displayHandlers: Record<string, Handler> = {
  SetDisplayMessage: handler(z.object({ message: messageInfo }), 'FormatViolation', ({ message }, controls) =>
    set(message, controls),
  ),
  GetDisplayMessages: handler(wanted, 'FormatViolation', list),
  ClearDisplayMessage: handler(z.object({ id: z.int() }), 'FormatViolation', ({ id }, controls) =>
    statusOnly(shownNow(controls).delete(id) ? 'Accepted' : 'Unknown'),
  ),
};
