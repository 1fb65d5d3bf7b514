/** The answer of the HTTP API. */
export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; null when the body is empty. */
  body: unknown;
}

/** A caller of the HTTP API with a key. */
export interface Caller {
  get(path: string): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  /** GET that must succeed; the body, trusted to be of the asked form. */
  read<T>(path: string): Promise<T>;
  /** All items of the first page of a list. */
  items<T>(path: string): Promise<T[]>;
  /** All items of all pages. */
  everything<T>(path: string): Promise<T[]>;
}

export function createCaller(baseUrl: string, key: string | null): Caller {
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : json ? JSON.parse(text) : text,
    };
  };
  const read = async <T>(path: string): Promise<T> => {
    const { status, body } = await call('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  };
  return {
    get: (path) => call('GET', path),
    put: (path, body) => call('PUT', path, body),
    post: (path, body) => call('POST', path, body ?? {}),
    delete: (path) => call('DELETE', path),
    read,
    items: async <T>(path: string) => (await read<{ items: T[] }>(path)).items,
    async everything<T>(path: string) {
      const found: T[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: { items: T[]; next: string | null } = await read(
          `${path}?limit=1000${cursor && `&cursor=${cursor}`}`,
        );
        found.push(...page.items);
        cursor = page.next;
      }
      return found;
    },
  };
}

/** Asks again until the answer holds; fails with the last answer after a while. */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  patienceMs = 15_000,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > end)
      throw new Error(`It did not come about within ${patienceMs} ms; last: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
