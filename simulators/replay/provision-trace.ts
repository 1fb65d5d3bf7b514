import type { Put, Target } from '../target.ts';
import type { Identities } from './identities.ts';
import type { TraceIndex } from './trace-index.ts';

/**
 * Registers with a platform what a trace needs: the given chargers and nodes with their secrets, the sites that they
 * are at, all devices there, and the tokens.
 *
 * @throws PolisError as the target does.
 */
export async function provisionTrace(
  { estate }: TraceIndex,
  target: Target,
  { identities, secrets }: { identities: Identities; secrets: ReadonlyMap<string, string> },
): Promise<void> {
  const chargers = [...estate.chargers.values()].filter(({ id }) => secrets.has(id));
  const nodes = [...estate.devices.values()].filter(({ id }) => secrets.has(id));
  const sites = new Set([...chargers, ...nodes].flatMap(({ site }) => site ?? []));
  const devices = [...estate.devices.values()].filter(({ site }) => site !== null && sites.has(site));
  const secretOf = (id: string) => (secrets.has(id) ? { secret: secrets.get(id) } : {});
  await target.putAll(
    [...estate.sites.values()]
      .filter(({ id }) => sites.has(id))
      .map(({ id, ...body }) => ({ path: `/v1/sites/${identities.of(id)}`, body })),
  );
  await target.putAll([
    ...[...estate.tokens.values()].map(tokenPut),
    ...chargers.map(({ id, site, synthetic }) => ({
      path: `/v1/chargers/${encodeURIComponent(identities.of(id))}`,
      body: { ...(site === null ? {} : { site: identities.of(site) }), synthetic, ...secretOf(id) },
    })),
    ...devices.map(({ id, site, type, synthetic }) => ({
      path: `/v1/devices/${identities.of(id)}`,
      body: { site: identities.of(site ?? ''), type, synthetic, ...secretOf(id) },
    })),
  ]);
}

function tokenPut({
  token,
  ...body
}: TraceIndex['estate']['tokens'] extends Map<string, infer Token> ? Token : never): Put {
  // The group of a master is the platform's own.
  const { group, ...rest } = body;
  return { path: `/v1/tokens/${encodeURIComponent(token)}`, body: body.master ? rest : { group, ...rest } };
}
