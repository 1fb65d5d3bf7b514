import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { describeEstate } from './estate/describe.ts';
import { withoutGateways } from './estate/nodes.ts';
import { provisionEstate } from './provision.ts';
import { secretsFrom } from './secrets.ts';

const estate = describeEstate({ seed: 1, sites: 5 });
const devices = estate.sites.flatMap((site) => site.devices);
const alone = withoutGateways(estate);
const secrets = secretsFrom('key');

async function provision(answer: (path: string) => number, plan = estate) {
  const puts: { path: string; authorization: string | undefined; body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const path = request.url ?? '';
      puts.push({
        path,
        authorization: request.headers.authorization,
        body: JSON.parse(text) as Record<string, unknown>,
      });
      response.writeHead(answer(path)).end('{"title":"because"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await provisionEstate(plan, { api, key: 'letmein', secrets });
    return puts;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('provisioning', () => {
  it('registers sites first, then chargers and gateways with their secrets, devices and cards, all synthetic', async () => {
    const puts = await provision(() => 201);
    expect(puts.every((each) => each.authorization === 'Bearer letmein')).toBe(true);
    expect(puts.slice(0, 5).every((each) => each.path.startsWith('/v1/sites/'))).toBe(true);
    expect(puts).toHaveLength(5 + estate.chargers.length + devices.length + estate.tokens.length);
    const charger = estate.chargers[0];
    expect(puts.find((each) => each.path === `/v1/chargers/${charger?.id}`)?.body).toEqual({
      site: charger?.site,
      secret: secrets(charger?.id ?? ''),
      synthetic: true,
    });
    const withSecret = puts.filter((each) => each.path.startsWith('/v1/devices/') && 'secret' in each.body);
    expect(withSecret.map((each) => each.path).every((path) => path.endsWith('-gw'))).toBe(true);
    expect(withSecret).toHaveLength(5);
  });

  it('gives each device a secret of its own where none speaks for it', async () => {
    const puts = await provision(() => 201, alone);
    const registered = puts.filter(({ path }) => path.startsWith('/v1/devices/'));
    const expected = devices.filter(({ type }) => type !== 'gateway');
    expect(new Map(registered.map(({ path, body }) => [path, body]))).toEqual(
      new Map(
        expected.map(({ id, site, type }) => [
          `/v1/devices/${id}`,
          { site, type, synthetic: true, secret: secrets(id) },
        ]),
      ),
    );
  });

  it('stops at a refusal and repeats what the API said', async () => {
    await expect(provision((path) => (path.includes('/chargers/') ? 422 : 200))).rejects.toThrow(
      /PUT \/v1\/chargers\/.* was refused with status 422: .*because/,
    );
  });

  it('says that nobody answers', async () => {
    const nobody = provisionEstate(estate, { api: 'http://127.0.0.1:1', key: 'k', secrets });
    await expect(nobody).rejects.toMatchObject({ code: 'unavailable' });
  });
});
