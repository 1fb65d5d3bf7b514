import { createBuilding } from '#building/index.ts';
import { createCharging } from '#charging/index.ts';
import { systemClock } from '#estate/clock.ts';
import type { Fact } from '#estate/fact.ts';
import { createFeed, type Publisher } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { createOcppServer } from '#ocpp-server/index.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { createJournal } from '#storage/journal.ts';
import { listSites } from '#storage/registry.ts';
import { createSecretBox } from '#storage/secrets.ts';
import { createTelemetry } from '#telemetry/index.ts';
import { createApi, type Api, type ApiDeps, type ApiOptions } from './index.ts';

/** For tests: the API over the real parts and stores, all in memory; its ports are free ones. */

const ADMIN_KEY = 'the-key-of-the-tests';
export const ADMIN = { authorization: `Bearer ${ADMIN_KEY}` };

const MODULES = [
  '../storage/registry',
  '../charging/records',
  '../telemetry/records',
  '../building/records',
  './records',
];

export interface Specimen extends AsyncDisposable {
  api: Api;
  deps: ApiDeps;
  options: ApiOptions;
  /** What the parts tell; a test may tell too. */
  facts: Publisher<Fact>;
  ocppUrl: string;
}

export async function openSpecimen(other: Partial<ApiOptions> = {}): Promise<Specimen> {
  await using opened = new AsyncDisposableStack();
  const ground: Ground = { clock: systemClock, random: secureRandom, log: silentLog };
  const stores = await openStores(opened);
  const { records, journal, series } = stores;
  const secrets = createSecretBox(new Uint8Array(32).fill(1));
  const facts = createFeed<Fact>((error) => {
    throw error;
  });
  const host = '127.0.0.1';

  const charging = createCharging({ records, ground });
  const telemetry = createTelemetry({ ...stores, secrets, ground }, { host, port: 0, hostId: 'test' });
  const ocpp = createOcppServer(
    { records, journal, secrets, charging, ground, onReadings: (readings) => telemetry.accept(readings) },
    { host, port: 0 },
  );
  const sight = {
    sites: () => records.run(listSites, { limit: 1_000 }),
    loads: (site: string) => charging.activeSessions({ site }),
    measured: (site: string) => telemetry.latest(site),
  };
  const send = () => Promise.resolve({ outcome: 'rejected' as const, response: null });
  const building = createBuilding({ records, sight, send, ground }, {});
  for (const part of [charging, telemetry, building]) part.facts.listen((fact) => facts.publish(fact));

  const deps = {
    stores: { records, journal, series },
    parts: { charging, ocpp, telemetry, building },
    facts,
    secrets,
    ground,
  };
  await charging.start();
  opened.defer(() => charging.stop());
  const ocppUrl = `ws://${host}:${(await ocpp.start()).port}/ocpp`;
  opened.defer(() => ocpp.stop());
  const options = {
    host,
    port: 0,
    adminKey: ADMIN_KEY,
    version: '0.0.0',
    ocppUrl: () => ocppUrl,
    mqttUrl: () => `mqtt://${host}`,
    demo: false,
    ...other,
  };
  const api = createApi(deps, options);
  opened.defer(() => api.stop());
  const held = opened.move();
  return { api, deps, options, facts, ocppUrl, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function openStores(opened: AsyncDisposableStack) {
  const modules = MODULES.map((file) => new URL(`${file}.ts`, import.meta.url).href);
  const records = await openSqliteRecords({ file: ':memory:', modules });
  opened.defer(() => records.close());
  const journalModules = [new URL('../storage/journal.ts', import.meta.url).href];
  const journal = createJournal(await openSqliteRecords({ file: ':memory:', modules: journalModules }));
  opened.defer(() => journal.close());
  const series = await openDuckdbSeries({ file: ':memory:' });
  opened.defer(() => series.close());
  return { records, journal, series };
}
