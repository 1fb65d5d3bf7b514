import { PolisError, messageOf } from '#estate/errors.ts';
import type { EstatePlan } from './estate/plan.ts';

export interface ProvisionOptions {
  /** Base URL of the HTTP API, without `/v1`. */
  api: string;
  /** A key that may register. */
  key: string;
  secrets: (id: string) => string;
  signal?: AbortSignal;
}

interface Put {
  path: string;
  body: Record<string, unknown>;
}

const AT_ONCE = 20;
const EXPIRED_AT = '2020-01-01T00:00:00.000Z';

/**
 * Registers an estate through the HTTP API, marked as synthetic: sites first, then what stands in them. Doing it again
 * changes nothing. `unavailable` when the API does not answer; `conflict` with its own words when it refuses.
 */
export async function provisionEstate(estate: EstatePlan, options: ProvisionOptions): Promise<void> {
  await putAll(estate.sites.map(sitePut), options);
  await putAll([...chargerPuts(estate, options), ...devicePuts(estate, options), ...tokenPuts(estate)], options);
}

function sitePut({ id, name, latitude, longitude, gridLimitW }: EstatePlan['sites'][number]): Put {
  return { path: `sites/${id}`, body: { name, latitude, longitude, gridLimitW, synthetic: true } };
}

function chargerPuts(estate: EstatePlan, { secrets }: ProvisionOptions): Put[] {
  return estate.chargers.map(({ id, site }) => ({
    path: `chargers/${encodeURIComponent(id)}`,
    body: { site, secret: secrets(id), synthetic: true },
  }));
}

/** The gateway signs in for all devices of its site; the others need no secret of ours. */
function devicePuts(estate: EstatePlan, { secrets }: ProvisionOptions): Put[] {
  return estate.sites.flatMap(({ devices }) =>
    devices.map(({ id, site, type }) => ({
      path: `devices/${id}`,
      body: { site, type, synthetic: true, ...(type === 'gateway' ? { secret: secrets(id) } : {}) },
    })),
  );
}

function tokenPuts(estate: EstatePlan): Put[] {
  return estate.tokens.map(({ token, status }) => ({
    path: `tokens/${encodeURIComponent(token)}`,
    body: { status, ...(status === 'expired' ? { expiresAt: EXPIRED_AT } : {}) },
  }));
}

async function putAll(puts: Put[], options: ProvisionOptions): Promise<void> {
  const left = puts.values();
  const work = async () => {
    for (const each of left) await put(each, options);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function put({ path, body }: Put, { api, key, signal }: ProvisionOptions): Promise<void> {
  const url = `${api}/v1/${path}`;
  const response = await send(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  const answer = await response.text();
  if (response.ok) return;
  throw new PolisError('conflict', `PUT ${url} was answered ${response.status}: ${answer.slice(0, 500)}`);
}

async function send(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    throw new PolisError('unavailable', `${url} does not answer (${messageOf(error)}); is polisgrid running there?`, {
      cause: error,
    });
  }
}
