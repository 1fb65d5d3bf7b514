import { join } from 'node:path';
import { CHARGING_STATION } from '#estate/device.ts';
import { openRecords } from '#storage/open.ts';
import type { Records } from '#storage/records.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import { createSecretBox, loadSecretKey } from '#storage/secrets.ts';
import { putToken } from '../../charging/tokens.ts';
import { identityOf, SECRET, tokenOf } from './load/orders.ts';

export interface Seed {
  /** Registered, each with its secret and with the token of its one customer. */
  chargers: number;
}

const MODULES = ['../../storage/registry.ts', '../../charging/records.ts'].map(
  (file) => new URL(file, import.meta.url).href,
);
const SITES = 500;

/** Fills an empty data folder, by the units of work that the API uses. */
export async function seed({ data, records: url }: { data: string; records: string }, { chargers }: Seed) {
  const secrets = createSecretBox(await loadSecretKey(join(data, 'secret.key')));
  const records = await openRecords(url, { modules: MODULES, dataFolder: data });
  const at = Date.now();
  const secretMac = secrets.macOf(SECRET);
  const site = (index: number) => `bench-${index % SITES}`;
  await inTurns(records, SITES, (index) =>
    records.run(putSite, {
      id: site(index),
      name: `Bench ${index}`,
      latitude: null,
      longitude: null,
      gridLimitW: null,
      synthetic: true,
    }),
  );
  await inTurns(records, chargers, (index) =>
    records.run(putDevice, {
      id: identityOf(index),
      site: site(index),
      type: CHARGING_STATION,
      synthetic: true,
      secretMac,
      securityProfile: 1,
      at,
    }),
  );
  await inTurns(records, chargers, (index) =>
    records.run(putToken, { token: tokenOf(index), status: 'accepted', group: null, expiresAt: null }),
  );
  await records.close();
}

/** As many at once as one commit takes; PostgreSQL gives each a connection. */
async function inTurns(records: Records, count: number, put: (index: number) => Promise<unknown>): Promise<void> {
  const most = records.engine === 'sqlite' ? 1_000 : 10;
  for (let from = 0; from < count; from += most) {
    const batch = Array.from({ length: Math.min(most, count - from) }, (_, offset) => put(from + offset));
    await Promise.all(batch);
  }
}
