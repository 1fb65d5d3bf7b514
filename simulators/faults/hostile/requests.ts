import { systemClock } from '#estate/clock.ts';
import { isoTime, MINUTE } from '#estate/units.ts';
import { dial } from './bytes.ts';
import type { Scene, Seen, Stranger } from './stranger.ts';

interface Ask {
  path: string;
  method?: string;
  /** Null: none; absent: the right one. */
  key?: string | null;
  body?: string;
}

function asking(name: string, expected: Seen[], ask: (scene: Scene) => Ask): Stranger {
  return {
    name,
    expected,
    async act(scene) {
      const { path, method = 'GET', key = scene.key, body } = ask(scene);
      const response = await answered(new URL(path, scene.api), {
        method,
        headers: {
          ...(key === null ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });
      if (response === null) return 'closed';
      await response.arrayBuffer();
      if (response.ok) return 'answered';
      if (response.status >= 500) return 'nothing';
      return [401, 403, 429].includes(response.status) ? 'refused' : 'error';
    },
  };
}

/** The answer to a request; null: the connection was ended before it was whole. @throws the error of one that never was. */
async function answered(url: URL, request: RequestInit): Promise<Response | null> {
  try {
    return await fetch(url, request);
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (typeof code === 'string' && ENDED.includes(code)) return null;
    throw error;
  }
}

/** What it is called when a server hangs up on who still sends. */
const ENDED = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

const NO_ALGORITHM = `${base64('{"alg":"none"}')}.${base64('{"sub":"admin","role":"admin"}')}.`;

function base64(value: string): string {
  return Buffer.from(value).toString('base64url');
}

/** An order that may wait, so that it is for the URL alone that it is not taken. */
const firmwareFrom = (url: string): Stranger =>
  asking(`firmware from ${url}`, ['error'], ({ charger }) => ({
    path: `/v1/chargers/${charger.id}/commands?until=${isoTime(systemClock.now() + MINUTE)}`,
    method: 'POST',
    body: JSON.stringify({ command: 'update-firmware', url }),
  }));

/** At the HTTP API. */
export const REQUESTS: readonly Stranger[] = [
  asking('a request without a key', ['refused'], () => ({ path: '/v1/sites', key: null })),
  asking('a request with a wrong key', ['refused'], () => ({ path: '/v1/sites', key: 'wrong' })),
  asking('a token that is signed by nobody', ['refused'], () => ({ path: '/v1/sites', key: NO_ALGORITHM })),
  asking('half of a JSON body', ['error'], ({ gateway }) => ({
    path: `/v1/sites/${gateway.site}`,
    method: 'PUT',
    body: '{"name":',
  })),
  asking('a field that is nobody’s to set', ['error'], ({ charger }) => ({
    path: `/v1/chargers/${charger.id}`,
    method: 'PUT',
    body: JSON.stringify({ site: 'x', isAdmin: true }),
  })),
  asking('a site outside of all sites', ['error'], () => ({ path: '/v1/sites/..%2F..%2Fsecrets' })),
  asking('quotes of SQL in an id', ['error'], () => ({ path: `/v1/tokens/${encodeURIComponent("' OR '1'='1")}` })),
  asking('a page of 1,000,000,000', ['error'], () => ({ path: '/v1/sessions?limit=1000000000' })),
  asking('a series from yesterday', ['error'], () => ({ path: '/v1/series?device=%22;drop&metric=W&from=yesterday' })),
  asking('a body of 20 MB', ['error', 'closed'], ({ gateway }) => ({
    path: `/v1/sites/${gateway.site}`,
    method: 'PUT',
    body: JSON.stringify({ name: 'x'.repeat(20_000_000) }),
  })),
  firmwareFrom('file:///etc/passwd'),
  firmwareFrom('javascript:alert(1)'),
  {
    name: 'a path that is no URL',
    expected: ['error', 'closed'],
    async act({ api }) {
      const line = await dial(api.replace(/^http/, 'ws'));
      line.write('GET /% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      const answer = await line.next();
      line.hangUp();
      if (answer === undefined) return 'nothing';
      return answer === null ? 'closed' : answer.toString('latin1').startsWith('HTTP/1.1 4') ? 'error' : 'answered';
    },
  },
];
