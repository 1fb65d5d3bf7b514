import { join } from 'node:path';
import { openRecords } from '#storage/open.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import { createSecretBox, loadSecretKey } from '#storage/secrets.ts';
import { deviceOf, SECRET, siteOf, SITES, TYPE } from './load/orders.ts';

const MODULES = [new URL('../../../storage/registry.ts', import.meta.url).href];
const AT_ONCE = 1_000;

/** Registers devices in an empty data folder, by the units of work that the API uses. */
export async function seed(data: string, { devices }: { devices: number }): Promise<void> {
  const secrets = createSecretBox(await loadSecretKey(join(data, 'secret.key')));
  const records = await openRecords('sqlite', { modules: MODULES, dataFolder: data });
  const place = { latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  const device = { type: TYPE, synthetic: true, secretMac: secrets.macOf(SECRET), at: Date.now() };
  await inTurns(SITES, (index) => records.run(putSite, { ...place, id: siteOf(index), name: siteOf(index) }));
  await inTurns(devices, (index) => records.run(putDevice, { ...device, id: deviceOf(index), site: siteOf(index) }));
  await records.close();
}

async function inTurns(count: number, put: (index: number) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, offset) => put(from + offset)));
  }
}
