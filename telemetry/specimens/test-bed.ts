import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { systemClock } from '#estate/clock.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { openDuckdbSeries } from '#storage/engines/duckdb/engine.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { createJournal } from '#storage/journal.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import { createSecretBox } from '#storage/secrets.ts';
import type { TelemetryDeps, TelemetryOptions } from '../assembly.ts';
import { createTelemetry } from '../telemetry.ts';

/** What the tests of this room stand on: real stores in memory, the real broker on a free port, real clients. */

/** What a device of the test bed signs in with: no two with the same. */
export const secretOf = (id: string): string => `the secret of ${id} in the test bed`;

const module = (file: string) => new URL(`../../${file}`, import.meta.url).href;

/** Real stores in memory, with one site `barolo`, its gateway `gw`, and a lone meter `meter`. */
export async function openStores(ground: Partial<Ground> = {}): Promise<TelemetryDeps & { close(): Promise<void> }> {
  const modules = [module('storage/registry.ts'), module('telemetry/records.ts')];
  const [records, journalStore, series] = await Promise.all([
    openSqliteRecords({ file: ':memory:', modules }),
    openSqliteRecords({ file: ':memory:', modules: [module('storage/journal.ts')] }),
    openDuckdbSeries({ file: ':memory:' }),
  ]);
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const site = { latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  for (const id of ['barolo', 'site1', 'site10']) await records.run(putSite, { ...site, id, name: id });
  for (const [id, type, at] of [
    ['gw', 'gateway', 'barolo'],
    ['meter', 'grid-meter', 'barolo'],
    ['gw1', 'gateway', 'site1'],
    ['homeless', 'grid-meter', null],
    ['charger', 'charging-station', 'barolo'],
  ] as const) {
    const secretMac = secrets.macOf(secretOf(id));
    await records.run(putDevice, { synthetic: true, at: 0, secretMac, id, type, site: at });
  }
  return {
    records,
    journal: createJournal(journalStore),
    series,
    secrets,
    ground: { clock: systemClock, random: seededRandom('telemetry'), log: silentLog, ...ground },
    async close() {
      await Promise.all([records.close(), journalStore.close(), series.close()]);
    },
  };
}

export type TestBed = Awaited<ReturnType<typeof openTestBed>>;

/** Telemetry that has started over such stores, or over given ones. */
export async function openTestBed(deps: TelemetryDeps, options: Partial<TelemetryOptions> = {}) {
  const telemetry = createTelemetry(deps, { host: '127.0.0.1', port: 0, hostId: 'main', ...options });
  const facts: Fact[] = [];
  telemetry.facts.listen((fact) => facts.push(fact));
  const { port, tlsPort, webSocketPort, webSocketTlsPort } = await telemetry.start();
  const clients: MqttClient[] = [];
  return {
    telemetry,
    facts,
    port,
    tlsPort,
    webSocketPort,
    webSocketTlsPort,
    /** A device signs in, without any retry. */
    async connect(username: string, more: IClientOptions = {}): Promise<MqttClient> {
      const url = options.broker ?? `mqtt://127.0.0.1:${port}`;
      const password = secretOf(username);
      const client = await connectAsync(url, { username, password, reconnectPeriod: 0, ...more }, false);
      client.on('error', () => undefined);
      clients.push(client);
      return client;
    },
    async close() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await telemetry.stop();
    },
  };
}

/** Says something with QoS 1 and waits for its PUBACK. */
export async function say(client: MqttClient, topic: string, payload: unknown): Promise<void> {
  await client.publishAsync(`estate/v1/${topic}`, textOf(payload), { qos: 1 });
}

/** The same, retained. */
export async function sayRetained(client: MqttClient, topic: string, payload: unknown): Promise<void> {
  await client.publishAsync(`estate/v1/${topic}`, textOf(payload), { qos: 1, retain: true });
}

function textOf(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
