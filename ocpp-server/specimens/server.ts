import { createCharging, type Authority, type Charging, type Protocol } from '#charging/index.ts';
import { handClock, type HandClock } from '#estate/clock.ts';
import { CHARGING_STATION } from '#estate/device.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import type { Reading } from '#estate/sample.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { createJournal, type Journal } from '#storage/journal.ts';
import { putDevice, putSite } from '#storage/registry.ts';
import type { Records } from '#storage/records.ts';
import { createSecretBox, type SecretBox } from '#storage/secrets.ts';
import { createOcppServer, type OcppServer, type OcppServerOptions, type TracedFrame } from '../index.ts';
import { openWire, secretOf, type Wire } from './wire.ts';

/** For tests: the whole front over real sockets and real stores in memory. */

/** Ten o'clock of a working day. */
export const TEN = Date.UTC(2026, 4, 18, 10);

export interface Specimen extends AsyncDisposable {
  server: OcppServer;
  charging: Charging;
  clock: HandClock;
  port: number;
  /** 0: there is none. */
  tlsPort: number;
  records: Records;
  secrets: SecretBox;
  journal: Journal;
  /** What was handed on as samples. */
  readings: Reading[];
  register(id: string, securityProfile?: number): Promise<void>;
  /** Registers a charger, if it is not, and connects it. */
  connect(id: string, protocol?: Protocol): Promise<Wire>;
  /** The trace of a charger, oldest first. */
  trace(charger: string): Promise<TracedFrame[]>;
  /** Stops the server, its clock running. */
  stop(): Promise<void>;
}

/** A server with the site `barolo`. */
export async function openServer(
  options: Partial<OcppServerOptions> = {},
  world: { authority?: Authority; startsAt?: Millis } = {},
): Promise<Specimen> {
  const { authority, startsAt = TEN } = world;
  const records = await inMemory('../../storage/registry.ts', '../../charging/records.ts');
  const journal = createJournal(await inMemory('../../storage/journal.ts'));
  const clock = handClock(startsAt);
  const ground = { clock, random: seededRandom('ocpp'), log: silentLog };
  const secrets = createSecretBox(Buffer.alloc(32, 7));
  const charging = createCharging({ records, ground, ...(authority && { authority }) });
  const readings: Reading[] = [];
  const onReadings = async (some: Reading[]) => void readings.push(...some);
  const deps = { records, journal, secrets, charging, ground, onReadings };
  const server = createOcppServer(deps, { host: '127.0.0.1', port: 0, ...options });
  const { port, tlsPort } = await server.start();
  const site = { id: 'barolo', name: 'Barolo', latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  await records.run(putSite, site);

  const register = async (id: string, securityProfile = 1) => {
    const device = { id, site: 'barolo', type: CHARGING_STATION, synthetic: true };
    await records.run(putDevice, { ...device, securityProfile, secretMac: secrets.macOf(secretOf(id)), at: TEN });
  };
  const specimen: Specimen = {
    server,
    charging,
    clock,
    port,
    tlsPort: tlsPort ?? 0,
    records,
    secrets,
    journal,
    readings,
    register,
    async connect(id, protocol = 'ocpp1.6') {
      await register(id);
      return openWire(port, { id, protocols: [protocol] });
    },
    async trace(charger) {
      const entries = await journal.recent('frames', { key: charger, limit: 1_000 });
      return entries.map(({ body }) => JSON.parse(body) as TracedFrame).toReversed();
    },
    async stop() {
      let stopped = false;
      const stopping = server.stop().finally(() => (stopped = true));
      while (!stopped) await clock.advance(SECOND);
      await stopping;
    },
    async [Symbol.asyncDispose]() {
      await specimen.stop();
      await records.close();
      await journal.close();
    },
  };
  return specimen;
}

function inMemory(...files: string[]): Promise<Records> {
  return openSqliteRecords({ file: ':memory:', modules: files.map((file) => new URL(file, import.meta.url).href) });
}
