import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ERROR_CODES, PolisError, type ErrorCode } from '#estate/errors.ts';

/** What a client is told when something went wrong (RFC 9457), with a code of the closed table. */
export const problemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(ERROR_CODES),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemView>;

const PROBLEMS: Record<ErrorCode, { status: number; title: string }> = {
  invalid: { status: 400, title: 'The request breaks its contract' },
  unauthenticated: { status: 401, title: 'Sign in first' },
  forbidden: { status: 403, title: 'Not allowed' },
  'not-found': { status: 404, title: 'There is no such thing' },
  conflict: { status: 409, title: 'The present state does not allow it' },
  'too-large': { status: 413, title: 'The request is too large' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  offline: { status: 409, title: 'The device is not connected' },
  'timed-out': { status: 504, title: 'No answer in time' },
  unsupported: { status: 422, title: 'Not supported' },
  unavailable: { status: 503, title: 'Not available at the moment' },
  config: { status: 500, title: 'The configuration cannot be used' },
  internal: { status: 500, title: 'A defect of the server' },
};

/** What the framework may find wrong before a route is reached. */
const FRAMEWORK: Record<string, { code: ErrorCode; status?: number; detail: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'too-large', detail: 'The body is larger than 1 MiB; send less at a time.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'unsupported',
    status: 415,
    detail: 'Only JSON is read here; send Content-Type: application/json.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { code: 'invalid', detail: 'The body is not valid JSON.' },
  FST_ERR_CTP_EMPTY_JSON_BODY: { code: 'invalid', detail: 'The body is empty; send JSON, at least {}.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'invalid', detail: 'The body is not as long as Content-Length says.' },
  FST_ERR_BAD_URL: { code: 'invalid', detail: 'The path is not valid percent-encoding; encode a % as %25.' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'invalid', detail: 'A part of the path is longer than any id may be.' },
};

/** The problem of a code, for a person and a program. */
export function problem(code: ErrorCode, detail: string, status = PROBLEMS[code].status): Problem {
  return { type: `urn:polisgrid:problem:${code}`, title: PROBLEMS[code].title, status, code, detail };
}

/** Maps whatever was thrown while a request was served. What is a defect of ours is not told to the client. */
export function problemOf(error: unknown): Problem {
  if (error instanceof PolisError) {
    return PROBLEMS[error.code].status === 500 ? defect() : problem(error.code, error.message);
  }
  if (hasZodFastifySchemaValidationErrors(error))
    return invalid(PLACES[error.validationContext ?? 'body'] ?? 'body', error.validation);
  if (!(error instanceof Error) || isResponseSerializationError(error)) return defect();
  const known = 'code' in error && typeof error.code === 'string' ? FRAMEWORK[error.code] : undefined;
  if (known) return problem(known.code, known.detail, known.status);
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status < 400 || status >= 500) return defect();
  const code = ERROR_CODES.find((one) => PROBLEMS[one].status === status) ?? 'invalid';
  return problem(code, error.message, status);
}

/** Where a field stands, in the words of the documentation. */
const PLACES: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' };

function defect(): Problem {
  return problem('internal', 'Something went wrong on our side; it is in the log. Please try again.');
}

interface Issue {
  instancePath: string;
  message?: string;
  params: Record<string, unknown>;
}

function invalid(place: string, issues: readonly Issue[]): Problem {
  const errors = issues.flatMap((issue) => {
    const path = `${place}${issue.instancePath}`.replace(/\/$/, '');
    const { keys } = issue.params;
    if (Array.isArray(keys)) return keys.map((key) => ({ path: `${path}/${key}`, message: 'There is no such field.' }));
    return [{ path, message: issue.message ?? 'Not valid.' }];
  });
  const first = errors[0];
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return { ...problem('invalid', first ? `${first.path}: ${first.message}${more}` : 'Not valid.'), errors };
}
