import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';

/** For tests: a reader of server-sent events over a real socket. */
export interface EventReader extends AsyncDisposable {
  /** The next event, its data parsed. */
  next(): Promise<{ name: string; id: number; data: unknown }>;
  /** Waits for the end; true when the server ended it, with no event in between. */
  ended(): Promise<boolean>;
  response: IncomingMessage;
}

export async function readEvents(url: string, headers: Record<string, string>): Promise<EventReader> {
  const request = get(url, { headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}.`);
  const blocks = split(response);
  const next = async () => {
    for (let block = await blocks.next(); !block.done; block = await blocks.next()) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(String(block.value))?.[1] ?? '';
      const data = field('data');
      if (data !== '') return { name: field('event'), id: Number(field('id')), data: JSON.parse(data) as unknown };
    }
    return null;
  };
  return {
    response,
    async next() {
      const event = await next();
      if (!event) throw new Error('The stream ended.');
      return event;
    },
    ended: async () => (await next()) === null,
    async [Symbol.asyncDispose]() {
      request.destroy();
    },
  };
}

async function* split(response: IncomingMessage): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const chunk of response) {
    const blocks = (rest + String(chunk)).split('\n\n');
    rest = blocks.pop() ?? '';
    yield* blocks;
  }
}
