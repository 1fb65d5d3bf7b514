import type { DeviationKind, SeenDeviation } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import type { Ticket } from '../handshake/handshake.ts';
import type { CallError } from '../messages/call-errors.ts';
import type { Desk } from '../messages/inbound.ts';
import { schemaOf } from '../wire/schemas.ts';
import { deviationsFrom } from './deviations.ts';
import { createUnitWatch } from './unit-watch.ts';

/** Looks at what one charger sends, and counts where it departs from what is agreed. It changes and delays nothing. */
export interface Inspection {
  /** A call, beside whatever becomes of it. */
  call(call: { action: string; payload: unknown; receivedAt: Millis }): void;
  /** A call could not be understood. */
  refused(action: string, error: CallError): void;
  /** The answer to a call of ours. */
  answer(action: string, payload: unknown, receivedAt: Millis): void;
  /** A frame that is no message. */
  frame(kind: Extract<DeviationKind, 'empty-frame' | 'malformed-frame'>, description?: string): void;
}

/** Where a deviation has no field to stand in. */
const NO_FIELD = '';
/** 1.6 gives transactions numbers from 1 to this. */
const LARGEST_TRANSACTION = 2 ** 31 - 1;

export function createInspection({ charging, ground }: Desk, { charger, protocol }: Ticket): Inspection {
  const units = createUnitWatch();
  const samples = createSamples();
  let isFirst = true;

  const note = (seen: SeenDeviation) => charging.deviations.note(charger.id, seen);
  const guarded = (action: string, inspect: () => void) => {
    try {
      inspect();
    } catch (error) {
      const fields = { charger: charger.id, action, error: messageOf(error) };
      ground.log.error(fields, 'A message could not be looked at for deviations; it is served all the same.');
    }
  };
  return {
    call: ({ action, payload, receivedAt }) =>
      guarded(action, () => {
        if (isFirst && action !== 'BootNotification') note({ action, field: NO_FIELD, kind: 'no-boot' });
        isFirst = false;
        const schema = schemaOf(protocol, action);
        if (!schema) return;
        if (samples.takes(action)) {
          const found = deviationsFrom(schema, payload, receivedAt);
          for (const deviation of found) note({ action, ...deviation });
          if (found.length > 0) samples.spoilt(action);
        }
        const transaction = protocol === 'ocpp1.6' ? placeholderIn(payload) : null;
        if (transaction !== null) {
          note({ action, field: 'transactionId', kind: 'no-transaction', found: transaction });
        }
        if (!METERED.has(action)) return;
        const doubt = units.look(payload, receivedAt);
        if (doubt) note({ action, field: 'meterValue[].sampledValue[].value', kind: doubt });
      }),
    refused(action, { code, description, details }) {
      if (code === 'InternalError') return;
      const field = typeof details['field'] === 'string' ? details['field'] : NO_FIELD;
      note({ action, field, kind: 'refused', found: description });
    },
    answer: (action, payload, receivedAt) =>
      guarded(action, () => {
        const schema = schemaOf(protocol, action, 'conf');
        if (!schema) return;
        for (const seen of deviationsFrom(schema, payload, receivedAt)) note({ action: `${action} (answer)`, ...seen });
      }),
    frame: (kind, description) => note({ action: NO_FIELD, field: NO_FIELD, kind, found: description }),
  };
}

/** Calls of an action that were right, in a row, before only one in so many is looked at. */
const TRUSTED_AFTER = 16;
const ONE_IN = 16;

/**
 * Which calls are looked at: all, until a charger has said an action rightly for a while; then samples, and all again as
 * soon as one of them departs. So what a charger keeps doing is found within 16 calls.
 */
function createSamples() {
  const right = new Map<string, number>();
  return {
    takes(action: string): boolean {
      const before = right.get(action) ?? 0;
      right.set(action, before + 1);
      return before < TRUSTED_AFTER || before % ONE_IN === 0;
    },
    spoilt: (action: string) => void right.delete(action),
  };
}

const METERED = new Set(['StartTransaction', 'MeterValues', 'TransactionEvent']);

/** What chargers write that do not know the number of their transaction. */
function placeholderIn(payload: unknown): unknown {
  if (typeof payload !== 'object' || payload === null || !('transactionId' in payload)) return null;
  const { transactionId } = payload;
  if (transactionId === null || transactionId === '') return null;
  const number = Number(transactionId);
  return number <= 0 || number > LARGEST_TRANSACTION ? transactionId : null;
}
