import { nodesOf } from './estate/nodes.ts';
import type { EstatePlan } from './estate/plan.ts';
import { createTarget, type Put } from './target.ts';

export interface ProvisionOptions {
  /** Base URL of the HTTP API, without `/v1`. */
  api: string;
  /** A key that may register. */
  key: string;
  secrets: (id: string) => string;
  /** Registers grid connections without their limits, so that the platform limits no car. */
  unlimited?: boolean;
  /** Is told from time to time how many are registered, of how many. */
  progress?: (done: number, total: number) => void;
}

/** Registered between one word of progress and the next. */
const BATCH = 500;
const EXPIRED_AT = '2020-01-01T00:00:00.000Z';

/**
 * Registers an estate through the HTTP API, marked as synthetic: sites first, then what stands in them. Doing it again
 * changes nothing.
 *
 * @throws PolisError as the target does.
 */
export async function provisionEstate(estate: EstatePlan, options: ProvisionOptions): Promise<void> {
  const { api, key, secrets, progress, unlimited = false } = options;
  const target = createTarget({ url: api, key });
  const sites = estate.sites.map((site) => sitePut(site, unlimited));
  const things = [...chargerPuts(estate, secrets), ...devicePuts(estate, secrets), ...estate.tokens.map(tokenPut)];
  let done = 0;
  for (const puts of [...batches(sites), ...batches(things)]) {
    await target.putAll(puts);
    done += puts.length;
    progress?.(done, sites.length + things.length);
  }
}

function batches(puts: Put[]): Put[][] {
  return Array.from({ length: Math.ceil(puts.length / BATCH) }, (_, n) => puts.slice(n * BATCH, (n + 1) * BATCH));
}

function sitePut(site: EstatePlan['sites'][number], unlimited: boolean): Put {
  const { id, name, latitude, longitude } = site;
  const gridLimitW = unlimited ? null : site.gridLimitW;
  return { path: `/v1/sites/${id}`, body: { name, latitude, longitude, gridLimitW, synthetic: true } };
}

function chargerPuts(estate: EstatePlan, secrets: ProvisionOptions['secrets']): Put[] {
  return estate.chargers.map(({ id, site }) => ({
    path: `/v1/chargers/${encodeURIComponent(id)}`,
    body: { site, secret: secrets(id), synthetic: true },
  }));
}

/** What connects has a secret: a gateway, which signs in for all devices of its site, or each device of a site without. */
function devicePuts(estate: EstatePlan, secrets: ProvisionOptions['secrets']): Put[] {
  return estate.sites.flatMap((plan) => {
    const nodes = new Set(nodesOf(plan).map(({ id }) => id));
    return plan.devices.map(({ id, site, type }) => ({
      path: `/v1/devices/${id}`,
      body: { site, type, synthetic: true, ...(nodes.has(id) ? { secret: secrets(id) } : {}) },
    }));
  });
}

function tokenPut({ token, status }: EstatePlan['tokens'][number]): Put {
  return {
    path: `/v1/tokens/${encodeURIComponent(token)}`,
    body: { status, ...(status === 'expired' ? { expiresAt: EXPIRED_AT } : {}) },
  };
}
