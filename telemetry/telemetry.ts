import { CHARGING_STATION } from '#estate/device.ts';
import { messageOf } from '#estate/errors.ts';
import { createFeed } from '#estate/feed.ts';
import type { Fact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import type { Records } from '#storage/records.ts';
import { listDevices } from '#storage/registry.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { Series } from '#storage/series.ts';
import { asyncApi } from './asyncapi.ts';
import type { Broker, BrokerEvents } from './broker.ts';
import { createBirths } from './births.ts';
import { createCommands } from './commands.ts';
import { createCounters, type Count } from './counters.ts';
import { createDeadLetters, type DeadLetters } from './dead-letters.ts';
import { countersOf } from './devices/list.ts';
import type { Dialect, DialectOptions } from './dialects/dialect.ts';
import { DEFAULT_ROOT } from './dialects/estate-v1/topics.ts';
import { DIALECTS } from './dialects/list.ts';
import type { TlsOptions } from './doors/tls.ts';
import { createEmbeddedBroker } from './embedded-broker.ts';
import { createExternalBroker } from './external-broker.ts';
import { createField, type Field } from './field.ts';
import { countByQuality, fieldDevice, latestOf } from './field-view.ts';
import type { Telemetry } from './index.ts';
import { createIngest } from './ingest.ts';
import { createMalformed, MALFORMED_EVERY_MS } from './malformed.ts';
import { createMeasurements } from './measurements.ts';
import { listBorn, listStanding, tidy, type TelemetryTables } from './records.ts';
import { createSpeech } from './speech.ts';
import { createSpool } from './spool.ts';
import { createOrders } from './orders/orders.ts';
import { placeOf, targetOf } from './targets.ts';
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
  /** Share what was measured with other processes on that broker, where it can (MQTT 5). */
  shared?: boolean;
  /** MQTT over TLS, of the embedded one; absent: that port stays closed. */
  tls?: TlsOptions;
  /** MQTT over WebSocket, the same. */
  webSocket?: { port: number };
  /** The same behind TLS. */
  webSocketTls?: TlsOptions;
  /** The first levels of every topic. */
  root?: string;
  /** The pace at which one connection is read; 2,000 unless told. A backlog of five seconds is taken at once. */
  messagesPerSecond?: number;
  /** A client that reads nothing for so long is cut, ms; 20 s unless told. */
  readsWithinMs?: number;
  /** This installation, as gateways see it in `{root}/host/{hostId}`. */
  hostId: string;
  /** How nodes may speak, the first being how an unknown one is spoken to; those of the list unless told. */
  dialects?: readonly ((options: DialectOptions) => Dialect)[];
}

const REMEMBERED = { readingsMs: 2 * DAY, eventsMs: 90 * DAY };
const QUARANTINE_EVERY_MS = MINUTE;
/** So long a broker may take to pass on that this host leaves. */
const FAREWELL_MS = 2 * SECOND;
const MOST_ASKED_AT_ONCE = 1_000;
const MOST_DEVICES = 1_000_000;

/**
 * Everything that speaks MQTT: takes what the field measures, keeps it in the journal before it is acknowledged, and
 * carries it from there to the series store; hands set points to devices; knows which node is there.
 */
export function createTelemetry(deps: TelemetryDeps, options: TelemetryOptions): Telemetry {
  const { records, ground } = deps;
  const { clock } = ground;
  const parts = assemble(deps, options);
  const { broker, births, counters, dialects, facts, field, letters, measurements, orders, writer } = parts;
  return {
    facts,
    ...createLife(deps, parts),
    accept: (readings) => measurements.accept(readings),
    latest: (site) => latestOf(field, site, clock.now()),
    pointsByQuality: () => countByQuality(field, clock.now()),
    standing: async () => (await records.run(listStanding, null)).map(standingFact),
    devices: async (query) => (await records.run(listBorn, query)).map((born) => fieldDevice(field, born)),
    orders,
    async command(target, set) {
      const { outcome, response } = await orders.give({ ...target, set, by: 'polisgrid' });
      return { outcome: outcome ?? 'unknown', response };
    },
    isOnline: (node) => field.presence.isOnline(node),
    registered: (device) => (field.directory.forget(device), broker.disconnect(device)),
    catchUp: () => writer.catchUp(),
    lag: async () => [{ consumer: WRITER, behind: await writer.behind() }],
    counters: () => counters.all(),
    received: (device) => field.received.of(device),
    connectionCount: () => broker.connectionCount(),
    quarantine: () => field.quarantine.list(),
    adopt: (id, as) => births.adopt(id, as),
    deadLetters: () => letters.recent(),
    contract: (about) => asyncApi(dialects, about),
  };
}

function standingFact({ ts: at, id: event, ...said }: TelemetryTables['field_event']): Fact {
  return { ...said, kind: 'device-event', at, event, active: true };
}

type Parts = ReturnType<typeof assemble>;

/** Makes the parts and joins them; none of them runs yet. */
function assemble(deps: TelemetryDeps, options: TelemetryOptions) {
  const { ground, journal, records, series } = deps;
  const { clock, log } = ground;
  const { hostId, root = DEFAULT_ROOT } = options;
  const dialects = (options.dialects ?? DIALECTS).map((create) => create({ root, hostId }));
  const counters = createCounters();
  const { count } = counters;
  const facts = createFeed<Fact>((error) => log.error({ error: messageOf(error) }, 'A listener to telemetry failed.'));
  const publish = (fact: Fact) => facts.publish(fact);
  const field = createField({ records, ground, count }, ({ site, node }, online) => {
    if (online) orders.nodeBack({ site, node });
    else commands.nodeGone({ site, node });
    publish({ kind: 'node-online', site, at: clock.now(), node, online });
  });
  const letters = createDeadLetters({ records, ground, count: field.received.count });
  const malformed = createMalformed(clock, publish);
  const writer = createWriter({ journal, series, ground, letters, onWritten: (n) => count('written', n) });
  const spool = createSpool({ journal, clock, onStored: (n) => (count('journalled', n), writer.wake()) });
  const measurements = createMeasurements({ field, spool, clock, publish });
  const births = createBirths(field, clock, (type) => series.learn(countersOf([type])));
  const commands = createCommands({
    say: (node, wording) => speech.to(node, wording),
    ground,
    late: (from, ack) => orders.late(from, ack),
  });
  const orders = createOrders({
    records,
    ground,
    commands,
    target: (of, set) => targetOf(field, of, set),
    place: (of) => placeOf(field.directory, of),
  });
  const keeping = { records, letters, malformed, ground, count, publish };
  const events: BrokerEvents = {
    take: createIngest({ field, births, measurements, commands, keeping }),
    gone: (node) => field.presence.gone(node),
    ready: () => void speech.host(true),
  };
  const broker = createBroker(deps, { ...options, dialects }, { events, count });
  const speech = createSpeech({ broker, presence: field.presence, ground }, dialects);
  const kept = { letters, malformed, measurements, spool, writer };
  return { ...kept, broker, births, counters, dialects, facts, field, orders, speech };
}

/** Starts and stops the parts, in their order. */
function createLife(deps: TelemetryDeps, parts: Parts): Pick<Telemetry, 'start' | 'stop'> {
  const { clock } = deps.ground;
  const { broker, field, letters, malformed, orders, speech, spool, writer } = parts;
  let stops: (() => void)[] = [];

  return {
    async start() {
      await load(field, letters);
      await recall(field, deps);
      // Before what runs by itself: when the port cannot be had, nothing is left running.
      const listening = await broker.start();
      await writer.start();
      await orders.start();
      stops = [
        clock.every(HOUR, () => void forgetOld(deps, letters)),
        clock.every(MALFORMED_EVERY_MS, () => malformed.tell()),
        clock.every(QUARANTINE_EVERY_MS, () => void field.quarantine.flush()),
      ];
      return listening;
    },
    async stop() {
      for (const stop of stops.splice(0)) stop();
      orders.stop();
      await within(speech.host(false), FAREWELL_MS, clock);
      await broker.stop();
      await spool.settle();
      await field.quarantine.flush();
      await writer.stop();
    },
  };
}

function createBroker(
  deps: TelemetryDeps,
  options: Omit<TelemetryOptions, 'dialects'> & { dialects: readonly Dialect[] },
  joined: { events: BrokerEvents; count: Count },
): Broker {
  const { records, secrets, ground } = deps;
  if (options.broker === undefined) return createEmbeddedBroker({ records, secrets, ground, ...joined }, options);
  return createExternalBroker({ ground, events: joined.events }, { ...options, url: options.broker });
}

/** What is known from before. */
async function load({ adoptedTypes, directory, quarantine }: Field, letters: DeadLetters): Promise<void> {
  await adoptedTypes.load();
  await Promise.all([directory.load(), quarantine.load(), letters.load()]);
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
        { now, live: false },
      );
    }
  } catch (error) {
    ground.log.warn(
      { error: messageOf(error) },
      'The latest values could not be read; they return as they are measured.',
    );
  }
}

async function forgetOld({ journal, records, ground }: TelemetryDeps, letters: DeadLetters): Promise<void> {
  const now = ground.clock.now();
  try {
    await journal.trim('readings', now - REMEMBERED.readingsMs);
    await records.run(tidy, { eventsSince: now - REMEMBERED.eventsMs });
    await letters.trim();
  } catch (error) {
    ground.log.warn({ error: messageOf(error) }, 'Old measurements could not be forgotten; the next hour tries again.');
  }
}
