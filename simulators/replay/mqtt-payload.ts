import type { MqttMessage } from './trace.ts';

/** A payload as a trace shows it: as JSON where that gives back the same bytes, else as base64. */
export function tracedPayload(payload: Uint8Array): Pick<MqttMessage, 'payload' | 'base64'> {
  const bytes = Buffer.from(payload);
  const text = bytes.toString();
  try {
    const json: unknown = JSON.parse(text);
    if (JSON.stringify(json) === text) return { payload: json };
  } catch {
    // It need not be JSON.
  }
  return { base64: bytes.toString('base64') };
}

/** The bytes that a trace shows. */
export function payloadBytes({ payload, base64 }: Pick<MqttMessage, 'payload' | 'base64'>): Buffer {
  return base64 === undefined ? Buffer.from(JSON.stringify(payload)) : Buffer.from(base64, 'base64');
}

/** The id by which a command and the answer to it know each other; null: it is neither. */
export function commandIdOf({ payload }: Pick<MqttMessage, 'payload'>): string | null {
  const hasId = typeof payload === 'object' && payload !== null && 'id' in payload;
  return hasId && typeof payload.id === 'string' ? payload.id : null;
}
