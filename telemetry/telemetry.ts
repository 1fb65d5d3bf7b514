import type { CommandResult } from '#estate/command.ts';
import { messageOf } from '#estate/errors.ts';
import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, HOUR, MINUTE, SECOND } from '#estate/units.ts';
import { within } from '#estate/within.ts';
import type { Counted } from './accounting/counters.ts';
import type { DeadLetter } from './accounting/dead-letter-tables.ts';
import type { DeadLetters } from './accounting/dead-letters.ts';
import { MALFORMED_EVERY_MS } from './accounting/malformed.ts';
import type { Received } from './accounting/received.ts';
import { assemble, type Parts, type TelemetryDeps, type TelemetryOptions } from './assembly.ts';
import { asyncApi, type ContractOptions } from './asyncapi.ts';
import type { BrokerPorts } from './broker/broker.ts';
import type { Adopt } from './field/adoption.ts';
import type { Quarantined } from './field/quarantine.ts';
import { recall } from './field/recall.ts';
import { listBorn, listStanding, tidy, type FieldTables } from './field/tables.ts';
import { countByQuality, fieldDevice, latestOf, type FieldDevice, type PointsByQuality } from './field/view.ts';
import type { Orders } from './orders/order.ts';
import { WRITER } from './store-and-forward/writer.ts';

/** A consumer of the journal, and how far behind it is. */
export interface ConsumerLag {
  consumer: string;
  /** Journal entries not yet taken. */
  behind: number;
}

/** The public face of telemetry. */
export interface Telemetry {
  /** `reading` after it was journalled, `device-event` after it was kept, `node-online` as it changes, `device-malformed`
   * of all that could not be understood in ten seconds. */
  readonly facts: Feed<Fact>;
  start(): Promise<BrokerPorts>;
  stop(): Promise<void>;
  /** Takes readings from elsewhere than MQTT (a charger's meter values). Resolves once they are in the journal. */
  accept(readings: readonly Reading[]): Promise<void>;
  /** The newest value of each metric of each device of a site, with its own time. */
  latest(site: SiteId): Reading[];
  devices(query: { site?: SiteId }): Promise<FieldDevice[]>;
  /** What devices reported that has not passed: the `device-event` of each. */
  standing(): Promise<Fact[]>;
  /** What people order of devices: on record, with one outcome each, and by priority. */
  readonly orders: Orders;
  /** Sends set points to a device, with the usual priority, and waits for its acknowledgement. */
  command(target: { site: SiteId; device: DeviceId }, set: Record<string, number>): Promise<CommandResult>;
  /** Whether a node is there: a gateway, or a device that is its own node. */
  isOnline(node: { site: SiteId; node: DeviceId }): boolean;
  /** A device was registered, or anew: what it was taken for is forgotten, and it has to sign in again. */
  registered(device: DeviceId): void;
  /** Before a look into the series store: resolves once that has what was acknowledged so far, or is too slow for it. */
  catchUp(): Promise<void>;
  lag(): Promise<ConsumerLag[]>;
  /** Messages taken, refused and dead, for /metrics; COUNTED says what each is. */
  counters(): Record<Counted, number>;
  /** Of one device or node, since the start, what was not as it should be. */
  received(device: { site: SiteId | null; device: DeviceId }): Received;
  /** How good the newest values of all devices are. */
  pointsByQuality(): Promise<PointsByQuality>;
  connectionCount(): number;
  /** Values that came and that no device type has a place for, and devices of unknown types, the latest first. */
  quarantine(): Quarantined[];
  readonly adopt: Adopt;
  /** The latest messages that could not be used, newest first. */
  deadLetters(): DeadLetter[];
  /** What devices say and hear, as an AsyncAPI 3.0 document. */
  contract(about: ContractOptions): object;
}

const REMEMBERED = { readingsMs: 2 * DAY, eventsMs: 90 * DAY };
const QUARANTINE_EVERY_MS = MINUTE;
/** So long a broker may take to pass on that this host leaves. */
const FAREWELL_MS = 2 * SECOND;

/**
 * Everything that speaks MQTT: takes what the field measures, keeps it in the journal before it is acknowledged, and
 * carries it from there to the series store; hands set points to devices; knows which node is there.
 */
export function createTelemetry(deps: TelemetryDeps, options: TelemetryOptions): Telemetry {
  const { records, ground } = deps;
  const { clock } = ground;
  const parts = assemble(deps, options);
  const { adopt, broker, counters, dialects, facts, field, letters, measurements, orders, writer } = parts;
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
    adopt,
    deadLetters: () => letters.recent(),
    contract: (about) => asyncApi(dialects, about),
  };
}

function standingFact({ id: event, received_at: at, ...row }: FieldTables['field_event']): Fact {
  const { site, device, code, severity, text } = row;
  return { kind: 'device-event', at, site, device, event, code, severity, text, active: true };
}

/** Starts and stops the parts, in their order. */
function createLife(deps: TelemetryDeps, parts: Parts): Pick<Telemetry, 'start' | 'stop'> {
  const { clock } = deps.ground;
  const { broker, field, letters, malformed, orders, speech, spool, writer } = parts;
  let stops: (() => void)[] = [];

  return {
    async start() {
      await Promise.all([letters.load(), recall(field, deps)]);
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
