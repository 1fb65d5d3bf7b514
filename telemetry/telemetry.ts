import { CHARGING_STATION } from '#estate/device.ts';
import { messageOf } from '#estate/errors.ts';
import { createFeed } from '#estate/feed.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import { DAY, HOUR, SECOND } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import type { Records } from '#storage/records.ts';
import { listDevices } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { Series } from '#storage/series.ts';
import type { Broker, BrokerEvents } from './broker.ts';
import { createCommands } from './commands.ts';
import { createCounters, type Count } from './counters.ts';
import { createDeadLetters } from './dead-letters.ts';
import { createEmbeddedBroker } from './embedded-broker.ts';
import { createExternalBroker } from './external-broker.ts';
import { createField, type Field } from './field.ts';
import type { FieldDevice, Telemetry } from './index.ts';
import { createIngest } from './ingest.ts';
import { createMeasurements } from './measurements.ts';
import { listBorn, tidy, type BornDevice } from './records.ts';
import { createSpool } from './spool.ts';
import { targetOf } from './targets.ts';
import { DEFAULT_ROOT, topicText } from './topics.ts';
import { within } from './within.ts';
import { createWriter, WRITER } from './writer.ts';

export interface TelemetryDeps {
  records: Records;
  journal: Journal;
  series: Series;
  secrets: SecretBox;
  ground: Ground;
}

export interface TelemetryOptions {
  /** Where the embedded broker listens; port 0 takes a free one. */
  host: string;
  port: number;
  /** The URL of a broker outside (`mqtt://…`), in place of the embedded one. */
  broker?: string;
  /** The first levels of every topic. */
  root?: string;
  /** The pace at which one connection is read; 2,000 unless told. A backlog of five seconds is taken at once. */
  messagesPerSecond?: number;
  /** This installation, as gateways see it in `{root}/host/{hostId}`. */
  hostId: string;
}

const REMEMBERED = { readingsMs: 2 * DAY, letters: 10_000, eventsMs: 90 * DAY };
/** So long a broker may take to pass on that this host leaves. */
const FAREWELL_MS = 2 * SECOND;
const MOST_ASKED_AT_ONCE = 1_000;
const MOST_DEVICES = 1_000_000;

/**
 * Everything that speaks MQTT: takes what the field measures, keeps it in the journal before it is acknowledged, and
 * carries it from there to the series store; hands set points to devices; knows which node is there.
 */
export function createTelemetry(deps: TelemetryDeps, options: TelemetryOptions): Telemetry {
  const { ground, journal, records, series } = deps;
  const { clock, log } = ground;
  const root = options.root ?? DEFAULT_ROOT;
  const counters = createCounters();
  const { count } = counters;
  const facts = createFeed<Fact>((error) => log.error({ error: messageOf(error) }, 'A listener to telemetry failed.'));
  const field = createField({ records, ground, count }, ({ site, node }, online) => {
    if (!online) commands.nodeGone({ site, node });
    facts.publish({ kind: 'node-online', site, at: clock.now(), node, online });
  });
  const letters = createDeadLetters({ records, ground, count });
  const writer = createWriter({ journal, series, ground, letters, onWritten: (n) => count('written', n) });
  const spool = createSpool({ journal, clock, onStored: (n) => (count('journalled', n), writer.wake()) });
  const measurements = createMeasurements({ field, spool, clock, publish: (fact) => facts.publish(fact) });
  const commands = createCommands({ publish: (topic, payload) => broker.publish(topic, payload), ground }, { root });
  const take = createIngest({ field, measurements, commands, letters, keeping: { records, ground, count } });
  const sayHost = (online: boolean) => {
    const topic = topicText(root, { kind: 'host', host: options.hostId });
    return broker.publish(topic, JSON.stringify({ online, ts: clock.now() }), 'retain').catch((error: unknown) => {
      log.warn({ error: messageOf(error) }, 'Devices could not be told whether this host is there.');
    });
  };
  const events: BrokerEvents = { take, gone: (node) => field.presence.gone(node), ready: () => void sayHost(true) };
  const broker = createBroker(deps, { ...options, root }, { events, count });
  let stopTidying = () => {};

  return {
    facts,
    async start() {
      await field.directory.load();
      await recall(field, deps);
      // Before what runs by itself: when the port cannot be had, nothing is left running.
      const listening = await broker.start();
      await writer.start();
      stopTidying = clock.every(HOUR, () => void forgetOld(deps));
      return listening;
    },
    async stop() {
      stopTidying();
      await within(sayHost(false), FAREWELL_MS, clock);
      await broker.stop();
      await spool.settle();
      await writer.stop();
    },
    accept: (readings) => measurements.accept(readings),
    latest: (site) => field.latest.of(site, clock.now(), (device) => isReachable(field, site, device)),
    devices: async (query) => (await records.run(listBorn, query)).map((born) => fieldDevice(field, born)),
    command: async ({ site, device }, set) => commands.send(await targetOf(field, { site, device }, set), set),
    isOnline: (node) => field.presence.isOnline(node),
    registered: (device) => (field.directory.forget(device), broker.disconnect(device)),
    catchUp: () => writer.catchUp(),
    lag: async () => [{ consumer: WRITER, behind: await writer.behind() }],
    counters: () => counters.all(),
    connectionCount: () => broker.connectionCount(),
    quarantine: () => field.quarantine.list(),
    deadLetters: () => letters.recent(),
  };
}

function createBroker(
  deps: TelemetryDeps,
  options: TelemetryOptions & { root: string },
  joined: { events: BrokerEvents; count: Count },
): Broker {
  const { records, secrets, ground } = deps;
  if (options.broker === undefined) return createEmbeddedBroker({ records, secrets, ground, ...joined }, options);
  return createExternalBroker({ ground, events: joined.events }, { ...options, url: options.broker });
}

/** Fills the latest values from the series store. If it is away, they come as they are measured. */
async function recall(field: Field, { records, series, ground }: TelemetryDeps): Promise<void> {
  const registered = await records.run(listDevices, { exceptType: CHARGING_STATION, limit: MOST_DEVICES });
  const born = [...field.directory.all()].map(({ site, device: id }) => ({ site, id }));
  const known = new Set([...registered, ...born].map(({ site, id }) => `${site}/${id}`));
  const ids = [...new Set([...registered, ...born].map(({ id }) => id))];
  const now = ground.clock.now();
  try {
    for (let from = 0; from < ids.length; from += MOST_ASKED_AT_ONCE) {
      const readings = await series.last(ids.slice(from, from + MOST_ASKED_AT_ONCE), now);
      field.latest.note(
        readings.filter(({ site, device }) => known.has(`${site}/${device}`)),
        now,
      );
    }
  } catch (error) {
    ground.log.warn(
      { error: messageOf(error) },
      'The latest values could not be read; they return as they are measured.',
    );
  }
}

async function forgetOld({ journal, records, ground }: TelemetryDeps): Promise<void> {
  const now = ground.clock.now();
  try {
    await journal.trim('readings', now - REMEMBERED.readingsMs);
    await records.run(tidy, { letters: REMEMBERED.letters, eventsSince: now - REMEMBERED.eventsMs });
  } catch (error) {
    ground.log.warn({ error: messageOf(error) }, 'Old measurements could not be forgotten; the next hour tries again.');
  }
}

function isReachable({ directory, presence }: Field, site: SiteId, device: DeviceId): boolean {
  const node = directory.nodeOf(site, device);
  return node === undefined || presence.isOnline({ site, node });
}

function fieldDevice({ presence, latest }: Field, born: BornDevice): FieldDevice {
  const { site, node, device, type, bornAt } = born;
  return { site, node, device, type, bornAt, online: presence.isOnline(born), lastSeen: latest.at(site, device) };
}
