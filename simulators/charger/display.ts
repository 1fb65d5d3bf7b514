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
function shownNow(controls: Controls): Shown[] {
  const { memory } = controls;
  memory.shown = memory.shown.filter(({ endDateTime, transactionId }) => {
    const isOver = endDateTime !== undefined && Date.parse(endDateTime) <= controls.now();
    return !isOver && (transactionId === undefined || isRunning(controls, transactionId));
  });
  return memory.shown;
}

function isRunning({ charger }: Controls, transaction: string): boolean {
  return charger.outlets.some((each) => each.session?.transaction === transaction);
}

function set(message: Shown, controls: Controls): Answer {
  const { transactionId, priority } = message;
  if (!/^(ASCII|UTF8)$/.test(message.message.format)) return statusOnly('NotSupportedMessageFormat');
  if (transactionId !== undefined && !isRunning(controls, transactionId)) return statusOnly('UnknownTransaction');
  const others = shownNow(controls).filter(({ id }) => id !== message.id);
  if (others.length >= MOST_MESSAGES) return statusOnly('Rejected');
  const left = priority === 'AlwaysFront' ? others.filter((other) => other.priority !== priority) : others;
  controls.memory.shown = [...left, message];
  return statusOnly('Accepted');
}

const wanted = z.object({
  requestId: z.int(),
  id: z.array(z.int()).optional(),
  priority: z.string().optional(),
  state: z.string().optional(),
});

function list({ requestId, id, priority, state }: z.infer<typeof wanted>, controls: Controls): Answer {
  const found = shownNow(controls).filter(
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
  ClearDisplayMessage: handler(z.object({ id: z.int() }), 'FormatViolation', ({ id }, controls) => {
    const shown = shownNow(controls);
    controls.memory.shown = shown.filter((each) => each.id !== id);
    return statusOnly(controls.memory.shown.length < shown.length ? 'Accepted' : 'Unknown');
  }),
};
