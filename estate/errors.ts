/**
 * The closed table of what can go wrong. Each edge maps it once: api/problem.ts to HTTP, ocpp-server/messages/call-errors.ts to
 * CALLERROR, telemetry/broker to MQTT return codes. A message says what was wrong and what to do next.
 */
export const ERROR_CODES = [
  'invalid', // the input breaks its contract
  'unauthenticated', // who is it?
  'forbidden', // known, but may not
  'not-found',
  'conflict', // the thing is in a state that does not allow it
  'too-large',
  'rate-limited',
  'offline', // the device is not connected
  'timed-out',
  'unsupported', // the version or type has no such thing
  'unavailable', // a store or server does not answer; try again
  'config', // the configuration cannot be used
  'internal', // a defect of ours
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one error class of polisgrid: a code of the table, a sentence for a person, details for a program. */
export class PolisError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'PolisError';
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
