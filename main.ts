import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApi, ensureFirstAdmin } from '#api/index.ts';
import { createBuilding, type SendDefault, type SendLimit } from '#building/index.ts';
import { createAuthority, createCharging, loadRoots, type Charging } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import { createFeed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import type { SiteId } from '#estate/ids.ts';
import { DAY, SECOND } from '#estate/units.ts';
import { createOcppServer, createServerCertificates, readTlsOptions, type TlsOptions } from '#ocpp-server/index.ts';
import { startDemoProcess } from '#simulators/demo-process.ts';
import { announceInstance } from '#storage/instance-file.ts';
import { createJournal } from '#storage/journal.ts';
import { lockFolder } from '#storage/lock.ts';
import { openRecords, openSeries } from '#storage/open.ts';
import { isEmpty, listSites } from '#storage/registry.ts';
import { createSecretBox, loadSecretKey } from '#storage/secrets.ts';
import type { Retention } from '#storage/series.ts';
import { brokerOutside, countersIn, createTelemetry, WEBSOCKET_PATH, type Telemetry } from '#telemetry/index.ts';
import { simulatedTimeOf, withoutPassword, type Config } from './config.ts';
import { version } from './version.ts';

/** Each room's tables and units of work. */
const RECORDS = [
  new URL('./storage/registry.ts', import.meta.url).href,
  new URL('./charging/records.ts', import.meta.url).href,
  new URL('./telemetry/records.ts', import.meta.url).href,
  new URL('./building/records.ts', import.meta.url).href,
  new URL('./api/records.ts', import.meta.url).href,
];
const JOURNAL = [new URL('./storage/journal.ts', import.meta.url).href];
const CONSOLE = fileURLToPath(new URL('./dashboards/console/dist', import.meta.url));

/** From 1883 to 8883. */
const FROM_MQTT_TO_MQTTS = 7_000;
const LAST_PORT = 65_535;
const MOST_SITES = 100_000;
const MOST_CHARGERS = 100_000;

/** A running platform. */
export interface Platform extends PlatformUrls {
  dataFolder: string;
  demo: boolean;
  /** The first administrator, only at the start that made him. */
  firstAdmin: { user: string; password: string } | null;
  /** Stops everything in reverse order; what was confirmed is on disk. */
  stop(): Promise<void>;
}

/**
 * The wiring diagram: config → stores → parts → servers, and in reverse to stop. The one file that knows every room.
 *
 * @throws PolisError `config`, `conflict` or `unavailable` when something needed cannot be had; what was started by then
 *   is stopped again.
 */
export async function startPlatform(config: Config, ground: Ground): Promise<Platform> {
  await using started = new AsyncDisposableStack();
  const stores = await openStores(config, ground, started);
  const parts = joinParts(config, stores, ground);
  const demoKey = (await demoIsOn(config, stores)) ? ground.random.text(40) : undefined;
  const urls = await startServers({ config, stores, parts, demoKey, ground }, started);
  if (demoKey !== undefined) {
    const stateFile = join(stores.dataFolder, 'demo', 'state.json');
    const field = startDemoProcess({ ...urls, key: demoKey, stateFile, sites: config.demoSites }, ground);
    started.defer(() => field.stop());
  }
  // Last of all, so that a password is not made and lost in a start that fails.
  const firstAdmin = await ensureFirstAdmin(stores.records, ground);
  const running = started.move();
  return {
    ...urls,
    dataFolder: stores.dataFolder,
    demo: demoKey !== undefined,
    firstAdmin,
    stop: () => running.disposeAsync(),
  };
}

/** Where the platform is reached. */
export interface PlatformUrls {
  consoleUrl: string;
  ocppUrl: string;
  /** Behind TLS; null: that port is closed. */
  ocppsUrl: string | null;
  mqttUrl: string;
  /** The same behind TLS, over WebSocket, and over WebSocket behind TLS; null: that port is closed. */
  mqttsUrl: string | null;
  mqttWsUrl: string | null;
  mqttWssUrl: string | null;
}

interface ServerInput {
  config: Config;
  stores: Stores;
  parts: Parts;
  demoKey: string | undefined;
  ground: Ground;
}

async function startServers(input: ServerInput, started: AsyncDisposableStack): Promise<PlatformUrls> {
  const { config, stores, parts, demoKey, ground } = input;
  /** Where programs on this machine reach what listens on all addresses. */
  const host = ['0.0.0.0', '::'].includes(config.host) ? '127.0.0.1' : config.host;
  const localKey = ground.random.text(40);
  const urls: PlatformUrls = {
    consoleUrl: '',
    ocppUrl: '',
    ocppsUrl: null,
    mqttUrl: '',
    mqttsUrl: null,
    mqttWsUrl: null,
    mqttWssUrl: null,
  };
  const api = createApi(
    { stores, parts, facts: parts.facts, secrets: stores.secrets, ground },
    {
      host: config.host,
      port: config.httpPort,
      adminKey: config.adminKey,
      demoKey,
      localKey,
      consoleFolder: CONSOLE,
      version,
      ocppUrl: () => urls.ocppUrl,
      ocppsUrl: () => urls.ocppsUrl,
      mqttUrl: () => urls.mqttUrl,
      mqttsUrl: () => urls.mqttsUrl,
      mqttWsUrl: () => urls.mqttWsUrl,
      mqttWssUrl: () => urls.mqttWssUrl,
      demo: demoKey !== undefined,
      speed: simulatedTimeOf(config)?.speed,
    },
  );
  await parts.charging.start();
  started.defer(() => parts.charging.stop());
  const mqtt = await parts.telemetry.start();
  started.defer(() => parts.telemetry.stop());
  urls.mqttUrl = config.broker === 'embedded' ? `mqtt://${host}:${mqtt.port}` : withoutPassword(config.broker);
  urls.mqttsUrl = mqtt.tlsPort === null ? null : `mqtts://${host}:${mqtt.tlsPort}`;
  urls.mqttWsUrl = mqtt.webSocketPort === null ? null : `ws://${host}:${mqtt.webSocketPort}${WEBSOCKET_PATH}`;
  urls.mqttWssUrl = mqtt.webSocketTlsPort === null ? null : `wss://${host}:${mqtt.webSocketTlsPort}${WEBSOCKET_PATH}`;
  const { port: ocppPort, tlsPort } = await parts.ocpp.start();
  started.defer(() => parts.ocpp.stop());
  urls.ocppUrl = `ws://${host}:${ocppPort}/ocpp`;
  urls.ocppsUrl = tlsPort === null ? null : `wss://${host}:${tlsPort}/ocpp`;
  await parts.building.start();
  started.defer(() => parts.building.stop());
  urls.consoleUrl = `http://${host}:${(await api.start()).port}`;
  started.defer(() => api.stop());
  started.defer(await announceInstance(stores.dataFolder, { api: urls.consoleUrl, key: localKey }));
  return urls;
}

type Parts = ReturnType<typeof joinParts>;
type Stores = Awaited<ReturnType<typeof openStores>>;

async function openStores(config: Config, ground: Ground, started: AsyncDisposableStack) {
  const dataFolder = resolve(config.data);
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  started.defer(lockFolder(dataFolder));
  const secrets = createSecretBox(await loadSecretKey(join(dataFolder, 'secret.key')));
  const authority = createAuthority(await loadRoots(join(dataFolder, 'authority.pem'), ground.clock.now()));
  const records = await openRecords(config.records, { modules: RECORDS, dataFolder, ground });
  started.defer(() => records.close());
  const journal = createJournal(await openRecords('sqlite:journal.db', { modules: JOURNAL, dataFolder, ground }));
  started.defer(() => journal.close());
  const series = await openSeries(config.series, {
    dataFolder,
    ground,
    counters: await countersIn(records),
    keep: retentionOf(config),
  });
  started.defer(() => series.close());
  return { dataFolder, secrets, authority, records, journal, series };
}

function retentionOf({ keepRawDays, keepQuarterHourDays, keepDayDays }: Config): Retention {
  const kept = (days: number) => (days === 0 ? Infinity : days * DAY);
  return { rawMs: kept(keepRawDays), quarterMs: kept(keepQuarterHourDays), dayMs: kept(keepDayDays) };
}

/** Joins the parts, which do not know each other: facts go to the building, samples to telemetry, limits to the chargers. */
function joinParts(config: Config, stores: Stores, ground: Ground) {
  const { records, journal, series, secrets, authority } = stores;
  const facts = createFeed<Fact>((error) => ground.log.error({ error: messageOf(error) }, 'A listener failed.'));
  const charging = createCharging({ records, ground, authority });
  const telemetry = createTelemetry(
    { records, journal, series, secrets, ground },
    {
      host: config.host,
      port: config.mqttPort,
      hostId: 'main',
      ...brokerOutside(config),
      ...furtherMqttPorts(config, stores, ground),
    },
  );
  const ocpp = createOcppServer(
    { records, journal, secrets, charging, ground, onReadings: (readings) => telemetry.accept(readings) },
    {
      host: config.host,
      port: config.ocppPort,
      allowInsecure: config.allowPlainChargers,
      ...(config.ocppTls ? { tls: tlsOptions(config) } : {}),
      async defaultLimitA(charger) {
        const site = (await charging.station(charger))?.site ?? null;
        return site === null ? null : building.defaultLimitA(charger, site);
      },
    },
  );
  const sight = {
    sites: () => records.run(listSites, { limit: MOST_SITES }),
    loads: (site: SiteId) => charging.activeSessions({ site }),
    standing: (site: SiteId) => charging.profiles.standing(site, ground.clock.now()),
    measured: (site: SiteId) => telemetry.latest(site),
    present: () => presentFacts({ charging, telemetry }),
  };
  const send: SendLimit = ({ charger, expiresAt, ...limit }) =>
    ocpp.command(charger, {
      command: 'limit',
      ...limit,
      durationS: Math.ceil((expiresAt - ground.clock.now()) / SECOND),
    });
  const sendDefault: SendDefault = ({ charger, limitA }) =>
    ocpp.command(charger, { command: 'default-limit', limitA, phases: 3 });
  const building = createBuilding({ records, sight, send, sendDefault, ground }, {});
  for (const part of [charging, telemetry, building]) part.facts.listen((fact) => facts.publish(fact));
  facts.listen((fact) => building.note(fact));
  return { charging, telemetry, ocpp, building, facts };
}

function tlsOptions(config: Config): TlsOptions {
  const { host, tlsNames: names, tlsCertificate: certificate, tlsKey: key, chargerCa } = config;
  const beside = config.ocppPort === 0 ? 0 : config.ocppPort + 1;
  return readTlsOptions({ port: config.ocppsPort ?? beside, host, names, certificate, key, chargerCa });
}

/** The ports for MQTT beside the plain one. */
function furtherMqttPorts(config: Config, { authority }: Stores, ground: Ground) {
  const { host, tlsNames: names, tlsCertificate: certificate, tlsKey: key, deviceCa: chargerCa } = config;
  const behindTls = (port: number) => {
    const options = readTlsOptions({ port, host, names, certificate, key, chargerCa });
    const certificates = createServerCertificates({ authority, ground }, options);
    return { port, certificates, roots: authority.roots, authorities: options.chargerAuthorities ?? [] };
  };
  const beside = config.mqttPort === 0 ? 0 : config.mqttPort + FROM_MQTT_TO_MQTTS;
  const { mqttsPort = beside > LAST_PORT ? 0 : beside, mqttWsPort, mqttWssPort } = config;
  return {
    ...(config.mqttTls ? { tls: behindTls(mqttsPort) } : {}),
    ...(mqttWsPort === undefined ? {} : { webSocket: { port: mqttWsPort } }),
    ...(mqttWssPort === undefined ? {} : { webSocketTls: behindTls(mqttWssPort) }),
  };
}

/** What is the case now, told as facts: so the building knows it after a restart. */
async function presentFacts({ charging, telemetry }: { charging: Charging; telemetry: Telemetry }): Promise<Fact[]> {
  const stations = await charging.stations({ limit: MOST_CHARGERS });
  const nodes = await telemetry.devices({});
  const events = [...(await charging.monitoring.standing()), ...(await telemetry.standing())];
  return [
    ...stations.flatMap(({ id: charger, site, online, lastSeen, connectors }): Fact[] => [
      { kind: 'charger-online', charger, site, at: lastSeen ?? 0, online },
      ...connectors.map(({ since: at, ...connector }) => ({
        kind: 'connector-state' as const,
        charger,
        site,
        at,
        ...connector,
      })),
    ]),
    ...events,
    ...nodes.map(({ site, node, online, lastSeen }): Fact => ({
      kind: 'node-online',
      site,
      at: lastSeen ?? 0,
      node,
      online,
    })),
  ];
}

/** `auto` means: in a folder that is empty or held the demo before, never beside a database of somebody's, in real time. */
async function demoIsOn(config: Config, { records, dataFolder }: Stores): Promise<boolean> {
  const folder = join(dataFolder, 'demo');
  const { records: kept, series, broker, simulatedTime } = config;
  const local = kept === 'sqlite' && series === 'duckdb' && broker === 'embedded' && simulatedTime === undefined;
  const fitting = local && (existsSync(folder) || (await records.run(isEmpty, null)));
  const on = config.demo === 'on' || (config.demo === 'auto' && fitting);
  if (on) await mkdir(folder, { recursive: true });
  return on;
}
