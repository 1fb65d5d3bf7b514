import { describe, expect, it } from 'vitest';
import { ERROR_CODES, PolisError } from '#estate/errors.ts';
import { problemOf } from './problem.ts';

const fastifyError = (code: string, statusCode: number) =>
  Object.assign(new Error('as the framework says'), { code, statusCode });

describe('a problem', () => {
  it.each([
    ['invalid', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['too-large', 413],
    ['rate-limited', 429],
    ['offline', 409],
    ['timed-out', 504],
    ['unsupported', 422],
    ['unavailable', 503],
  ] as const)('of code %s is answered with %i and its own sentence', (code, status) => {
    expect(problemOf(new PolisError(code, 'Do this next.'))).toEqual({
      type: `urn:polisgrid:problem:${code}`,
      title: expect.stringMatching(/\S/),
      status,
      code,
      detail: 'Do this next.',
    });
  });

  it.each([
    ['a defect', new TypeError('secret stack')],
    ['an internal error', new PolisError('internal', 'secret unit')],
    ['a configuration error', new PolisError('config', 'secret path')],
    ['something that is no error', 'secret text'],
  ])('of %s is answered with 500 and tells nothing', (_name, error) => {
    const told = problemOf(error);
    expect(told.status).toBe(500);
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it.each([
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413, 'too-large', 413],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415, 'unsupported', 415],
    ['FST_ERR_CTP_INVALID_JSON_BODY', 400, 'invalid', 400],
    ['FST_ERR_CTP_EMPTY_JSON_BODY', 400, 'invalid', 400],
    ['FST_ERR_BAD_URL', 400, 'invalid', 400],
    ['FST_ERR_SOMETHING_OF_THE_CLIENT', 418, 'invalid', 418],
    ['FST_ERR_SOMETHING_OF_OURS', 500, 'internal', 500],
  ])('of the framework, %s, keeps to the table', (code, statusCode, expected, status) => {
    expect(problemOf(fastifyError(code, statusCode))).toMatchObject({ code: expected, status });
  });

  it('exists for every code of the closed table', () => {
    for (const code of ERROR_CODES) expect(problemOf(new PolisError(code, 'x')).status).toBeGreaterThanOrEqual(400);
  });
});
