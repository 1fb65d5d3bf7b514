import { Readable } from 'node:stream';
import { z } from 'zod';
import { PolisError, messageOf } from '#estate/errors.ts';
import { inParallel } from './in-parallel.ts';

/** A running platform, reached over its HTTP API. */
export interface Target {
  get<T>(path: string, answer: z.ZodType<T>): Promise<T>;
  /** What is not JSON, as it comes. */
  body(path: string): Promise<Readable>;
  /** Posts, and gives the answer. */
  post<T>(path: string, body: Record<string, unknown>, answer: z.ZodType<T>): Promise<T>;
  /** Puts all, some at a time; ends at the first that is refused. */
  putAll(puts: readonly Put[]): Promise<void>;
  /** All items of a list, page by page. */
  all<T>(path: string, item: z.ZodType<T>): AsyncGenerator<T>;
}

/** Something to register. */
export interface Put {
  path: string;
  body: Record<string, unknown>;
}

interface Place {
  url: string;
  key: string | undefined;
}

interface Asked {
  method: string;
  path: string;
  body?: unknown;
}

const PAGE = 1_000;
const PUTS_AT_ONCE = 20;
/** Of an answer that is not polisgrid's so much is told. */
const MOST_WORDS = 120;

/**
 * @param options the base URL of the API (`http://127.0.0.1:8080`) and a key.
 * @throws PolisError (by each call) `unavailable` when nothing answers there, something else than polisgrid, or not to the
 *   end; `invalid` with the API's own words, and its `status` in the details, when it refuses.
 */
export function createTarget(options: Place): Target {
  const request = async <T>(asked: Asked, answer: z.ZodType<T>) => {
    const text = await textOf(await send(options, asked));
    const { data, error } = answer.safeParse(text === '' ? null : jsonIn(text));
    if (error === undefined) return data;
    throw isSomethingElse(options, asked, error);
  };
  const get = <T>(path: string, answer: z.ZodType<T>) => request({ method: 'GET', path }, answer);
  return {
    get,
    async body(path) {
      const { body } = await send(options, { method: 'GET', path });
      return body === null ? Readable.from([]) : Readable.from(toItsEnd(body), { objectMode: false });
    },
    post: (path, body, answer) => request({ method: 'POST', path, body }, answer),
    putAll: (puts) =>
      inParallel(puts, PUTS_AT_ONCE, async ({ path, body }) => {
        await request({ method: 'PUT', path, body }, z.unknown());
      }),
    async *all(path, item) {
      const page = z.object({ items: z.array(item), next: z.string().nullable() });
      for (let cursor: string | null = ''; cursor !== null;) {
        const found: z.infer<typeof page> = await get(
          `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}${cursor && `&cursor=${cursor}`}`,
          page,
        );
        yield* found.items;
        cursor = found.next;
      }
    },
  };
}

async function send({ url, key }: Place, { method, path, body }: Asked): Promise<Response> {
  const response = await fetch(new URL(path, url), {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    throw new PolisError(
      'unavailable',
      `Nothing answers at ${url} (${causeOf(error)}). Is polisgrid running there? --api names another place.`,
      { cause: error },
    );
  });
  if (response.ok) return response;
  const { status } = response;
  const { isPolisgrid, reason } = reasonIn(await textOf(response));
  const message = `${method} ${routeOf(path)} was refused with status ${status}: ${reason}`;
  throw isPolisgrid
    ? new PolisError('invalid', message, { details: { status } })
    : new PolisError('unavailable', `${message}. Is it polisgrid that answers at ${url}?`, { details: { status } });
}

function isSomethingElse({ url }: Place, { method, path }: Asked, error: z.ZodError): PolisError {
  const [issue] = error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return new PolisError(
    'unavailable',
    `What answers at ${url} is not polisgrid, or one of another version: ${method} ${routeOf(path)} was answered with ` +
      `something else than is expected (${place}${issue?.message}). --api names another place.`,
    { cause: error },
  );
}

async function textOf(response: Response): Promise<string> {
  return response.text().catch((error: unknown) => {
    throw brokenOff(error);
  });
}

async function* toItsEnd(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw brokenOff(error);
  }
}

function brokenOff(error: unknown): PolisError {
  return new PolisError(
    'unavailable',
    `The platform's answer broke off (${causeOf(error)}). Look at whether it still runs.`,
    { cause: error },
  );
}

function routeOf(path: string): string {
  const [route = path] = path.split('?');
  return route;
}

const problem = z.object({ title: z.string(), detail: z.string() });

/** Why a request was refused: title and detail of problem details (RFC 9457), or what begins the words of somebody else. */
function reasonIn(body: string): { isPolisgrid: boolean; reason: string } {
  const { data } = problem.safeParse(jsonIn(body));
  if (data) return { isPolisgrid: true, reason: `${data.title}: ${data.detail}` };
  return { isPolisgrid: false, reason: body.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_WORDS) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What lies behind a "fetch failed". */
function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error);
}
