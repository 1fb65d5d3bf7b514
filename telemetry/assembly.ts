import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import { createFeed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import type { Journal } from '#storage/journal.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import type { Series } from '#storage/series.ts';
import { createCounters, type Count } from './accounting/counters.ts';
import { createDeadLetters } from './accounting/dead-letters.ts';
import { createMalformed } from './accounting/malformed.ts';
import type { Broker, BrokerEvents } from './broker/broker.ts';
import { createEmbeddedBroker } from './broker/embedded.ts';
import type { BrokerTls } from './broker/external-tls.ts';
import { createExternalBroker } from './broker/external.ts';
import { createCommands } from './commands/commands.ts';
import { createSpeech } from './commands/speech.ts';
import { placeOf, targetOf } from './commands/targets.ts';
import { countersOf } from './devices/list.ts';
import type { Dialect, DialectOptions } from './dialects/dialect.ts';
import { DEFAULT_ROOT } from './dialects/estate-v1/topics.ts';
import { DIALECTS } from './dialects/list.ts';
import type { TlsOptions } from './doors/tls.ts';
import { createAdopt } from './field/adoption.ts';
import { createBirths } from './field/births.ts';
import { createField } from './field/field.ts';
import { createBringBack, createHeldPoints } from './ingest/held.ts';
import { createIngest } from './ingest/ingest.ts';
import { createMeasurements } from './ingest/measurements.ts';
import { createOrders } from './orders/orders.ts';
import { createBacklog } from './store-and-forward/backlog.ts';
import { createSpool } from './store-and-forward/spool.ts';
import { createWriter } from './store-and-forward/writer.ts';

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
  /** Where that broker is behind TLS (`mqtts://…`). */
  brokerTls?: BrokerTls;
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

/** The parts of telemetry, joined. */
export type Parts = ReturnType<typeof assemble>;

/** Makes the parts and joins them; none of them runs yet. */
export function assemble(deps: TelemetryDeps, options: TelemetryOptions) {
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
  const backlog = createBacklog(journal);
  const writer = createWriter({ journal, backlog, series, ground, letters, count });
  const spool = createSpool({ journal, clock, onStored: (n) => (count('journalled', n), writer.wake()) });
  const held = createHeldPoints({ journal, clock, onKept: (n) => (count('held', n), writer.wake()) });
  const measurements = createMeasurements({ field, spool, held, clock, publish });
  const births = createBirths(field, clock, createBringBack({ held, measurements, letters, count }));
  const adopt = createAdopt({ field, births, clock, learn: (type) => series.learn(countersOf([type])) });
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
  return { ...kept, adopt, broker, counters, dialects, facts, field, orders, speech };
}

function createBroker(
  deps: TelemetryDeps,
  options: Omit<TelemetryOptions, 'dialects'> & { dialects: readonly Dialect[] },
  joined: { events: BrokerEvents; count: Count },
): Broker {
  const { records, secrets, ground } = deps;
  if (options.broker === undefined) return createEmbeddedBroker({ records, secrets, ground, ...joined }, options);
  return createExternalBroker(
    { ground, events: joined.events },
    { ...options, url: options.broker, tls: options.brokerTls },
  );
}
