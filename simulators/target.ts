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

const PAGE = 1_000;
const PUTS_AT_ONCE = 20;

/**
 * @param options the base URL of the API (`http://127.0.0.1:8080`) and a key.
 * @throws PolisError (by each call) `unavailable` when nothing answers there, `invalid` with the API's own words, and its
 *   `status` in the details, when it refuses.
 */
export function createTarget(options: { url: string; key: string | undefined }): Target {
  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const response = await fetch(new URL(path, options.url), {
      method,
      headers: {
        ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new PolisError(
        'unavailable',
        `Nothing answers at ${options.url} (${causeOf(error)}). Is polisgrid running there? --api names another place.`,
        { cause: error },
      );
    });
    if (response.ok) return response;
    const { status } = response;
    const [route = path] = path.split('?');
    const message = `${method} ${route} was refused with status ${status}: ${reasonIn(await response.text())}`;
    throw new PolisError('invalid', message, { details: { status } });
  };
  const request = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const text = await (await send(method, path, body)).text();
    return text === '' ? null : JSON.parse(text);
  };
  const get = async <T>(path: string, answer: z.ZodType<T>) => answer.parse(await request('GET', path));
  return {
    get,
    async body(path) {
      const { body } = await send('GET', path);
      return body === null ? Readable.from([]) : Readable.fromWeb(body);
    },
    post: async (path, body, answer) => answer.parse(await request('POST', path, body)),
    putAll: (puts) => inParallel(puts, PUTS_AT_ONCE, async ({ path, body }) => void (await request('PUT', path, body))),
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

const problem = z.object({ title: z.string(), detail: z.string() });

/** Why a request was refused: title and detail of problem details (RFC 9457), or the body as it is. */
function reasonIn(body: string): string {
  const { data } = problem.safeParse(jsonIn(body));
  return data ? `${data.title}: ${data.detail}` : body;
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
