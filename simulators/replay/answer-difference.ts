import type { Message } from '../ocpp-frame.ts';

/** One field of an answer that is not as it was recorded; undefined: it is not there. */
export interface FieldDifference {
  /** `idTagInfo.status`; '' for the answer as a whole. */
  field: string;
  recorded: unknown;
  got: unknown;
}

/** Fields of answers that are another instance's own: its time, its numbers, how often it wants to hear of a charger. */
const ITS_OWN: Record<string, readonly string[]> = {
  BootNotification: ['currentTime', 'interval'],
  Heartbeat: ['currentTime'],
  StartTransaction: ['transactionId'],
  // Signed anew each time.
  Get15118EVCertificate: ['exiResponse'],
  GetCertificateStatus: ['ocspResult'],
};

/**
 * How the answer of a platform differs from the recorded one.
 *
 * @param got null: there was none.
 */
export function answerDifference(action: string, recorded: Message, got: Message | null): FieldDifference[] {
  if (got?.kind === 'result' && recorded.kind === 'result') {
    const own = ITS_OWN[action] ?? [];
    return fieldDifferences(without(recorded.payload, own), without(got.payload, own));
  }
  if (got?.kind === 'error' && recorded.kind === 'error' && got.code === recorded.code) return [];
  return [{ field: '', recorded: summaryOf(recorded), got: got === null ? 'no answer' : summaryOf(got) }];
}

/** The fields in which two values differ, by their paths. */
export function fieldDifferences(recorded: unknown, got: unknown, field = ''): FieldDifference[] {
  if (isObject(recorded) && isObject(got) && Array.isArray(recorded) === Array.isArray(got)) {
    const [before, after] = [new Map(Object.entries(recorded)), new Map(Object.entries(got))];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
      fieldDifferences(before.get(name), after.get(name), pathTo(field, name, Array.isArray(recorded))),
    );
  }
  return recorded === got ? [] : [{ field, recorded, got }];
}

function pathTo(field: string, name: string, isIndex: boolean): string {
  if (isIndex) return `${field}[${name}]`;
  return field === '' ? name : `${field}.${name}`;
}

function without(payload: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => !fields.includes(name)));
}

function summaryOf(message: Message): string {
  if (message.kind === 'error') return [message.code, message.description].filter(Boolean).join(': ');
  return message.kind === 'result' ? `a result ${JSON.stringify(message.payload)}` : message.kind;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
