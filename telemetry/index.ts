import type { CommandResult } from '#estate/command.ts';
import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { ContractOptions } from './asyncapi.ts';
import type { Adoption } from './births.ts';
import type { BrokerPorts } from './broker.ts';
import type { Counted } from './counters.ts';
import type { Orders } from './orders/order.ts';
import type { Quarantined } from './quarantine.ts';
import type { Received } from './received.ts';
import type { DeadLetter } from './records.ts';

export { createTelemetry, type TelemetryDeps, type TelemetryOptions } from './telemetry.ts';
export { DEVICE_TYPES, deviceType, type DeviceType, type Metric } from './devices/list.ts';
export { countersIn, GENERIC } from './adopted-types.ts';
export type { Adoption } from './births.ts';
export type { Received } from './received.ts';
export { COUNTED, type Counted } from './counters.ts';
export type { BrokerPorts } from './broker.ts';
export { listCertificates, noteCertificate, revokeCertificate, type DeviceCertificate } from './device-certificates.ts';
export type { TlsOptions } from './doors/tls.ts';
export { WEBSOCKET_PATH } from './doors/websocket.ts';
export { PRIORITY, type DeviceOrder, type Hold, type OrderRequest, type Orders } from './orders/order.ts';
export type { Quarantined } from './quarantine.ts';
export type { DeadLetter } from './records.ts';

/** A device that was born on the broker: behind a gateway, or its own node. */
export interface FieldDevice {
  site: SiteId;
  node: DeviceId;
  device: DeviceId;
  type: string;
  online: boolean;
  bornAt: Millis;
  lastSeen: Millis | null;
}

/** A consumer of the journal, and how far behind it is. */
export interface ConsumerLag {
  consumer: string;
  /** Journal entries not yet taken. */
  behind: number;
}

/** `stale`: none has come for twice its period, or its node is away. */
export type PointsByQuality = Record<'good' | 'stale' | 'bad', number>;

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
  /**
   * Adopts the type of a device in quarantine, and with it all devices of that type.
   *
   * @param as the name of a known type, or `GENERIC`: with the metrics that its birth announces
   * @throws PolisError `not-found`, `invalid`, or `conflict` when it cannot be taken for that.
   */
  adopt(id: string, as: string): Promise<Adoption>;
  /** The latest messages that could not be used, newest first. */
  deadLetters(): DeadLetter[];
  /** What devices say and hear, as an AsyncAPI 3.0 document. */
  contract(about: ContractOptions): object;
}
