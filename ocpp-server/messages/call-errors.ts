import type { Protocol } from '#charging/index.ts';
import { PolisError, type ErrorCode } from '#estate/errors.ts';
import type { FrameFault } from '../wire/frame.ts';
import type { Fault } from './tolerant.ts';

/** A CALLERROR, less its message id. */
export interface CallError {
  code: string;
  /** At most 255 characters. */
  description: string;
  details: Record<string, unknown>;
}

const LONGEST_DESCRIPTION = 255;

/** Both versions name the same faults, two of them differently (OCPP 1.6J §4.2.3, with its spelling; OCPP 2.0.1 part 4 §4.3). */
const BY_FAULT: Record<Protocol, Record<Fault, string>> = {
  'ocpp1.6': {
    payload: 'FormationViolation',
    missing: 'OccurenceConstraintViolation',
    type: 'TypeConstraintViolation',
    value: 'PropertyConstraintViolation',
  },
  'ocpp2.0.1': {
    payload: 'FormatViolation',
    missing: 'OccurrenceConstraintViolation',
    type: 'TypeConstraintViolation',
    value: 'PropertyConstraintViolation',
  },
};

const BY_CODE: Partial<Record<ErrorCode, string>> = {
  unauthenticated: 'SecurityError',
  forbidden: 'SecurityError',
  'not-found': 'GenericError',
  conflict: 'GenericError',
  'rate-limited': 'GenericError',
};

/** Turned down a few times, a charger drops these (TransactionMessageAttempts, OCPP 1.6 §9.1; MessageAttempts, 2.0.1 part 2 §2). */
const DROPPED_WHEN_TURNED_DOWN = new Set(['StartTransaction', 'StopTransaction', 'MeterValues', 'TransactionEvent']);

/**
 * Whether a call is not to be answered at all: the stores are away, and what it tells must not be lost. Without an answer
 * it stays in the queue of its charger, however long they are.
 */
export function isToComeAgain(action: string, error: unknown): boolean {
  return error instanceof PolisError && error.code === 'unavailable' && DROPPED_WHEN_TURNED_DOWN.has(action);
}

/** What a charger is told of something that went wrong with its call. Defects of ours are not described to it. */
export function callErrorOf(error: unknown, protocol: Protocol): CallError {
  if (!(error instanceof PolisError) || error.code === 'internal') {
    return { code: 'InternalError', description: 'The call could not be handled; try again later.', details: {} };
  }
  return {
    code: codeOf(error, protocol),
    description: error.message.slice(0, LONGEST_DESCRIPTION),
    details: error.details,
  };
}

function codeOf(error: PolisError, protocol: Protocol): string {
  if (error.code === 'unsupported') return error.details['known'] === true ? 'NotSupported' : 'NotImplemented';
  if (error.code === 'invalid' || error.code === 'too-large') {
    const named: Record<string, string> = BY_FAULT[protocol];
    return named[String(error.details['fault'])] ?? BY_FAULT[protocol].payload;
  }
  return BY_CODE[error.code] ?? 'InternalError';
}

/** What a charger is told of a frame that is no message. 1.6 has no words of its own for that. */
export function frameErrorCode(fault: FrameFault, protocol: Protocol): string {
  if (protocol === 'ocpp1.6') return fault === 'message-type' ? 'GenericError' : 'FormationViolation';
  return fault === 'message-type' ? 'MessageTypeNotSupported' : 'RpcFrameworkError';
}
