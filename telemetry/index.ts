import type { CommandResult } from '#estate/command.ts';
import type { Fact } from '#estate/fact.ts';
import type { Feed } from '#estate/feed.ts';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Reading } from '#estate/sample.ts';
import type { Millis } from '#estate/units.ts';
import type { Quarantined } from './quarantine.ts';
import type { DeadLetter } from './records.ts';

export { createTelemetry, type TelemetryDeps, type TelemetryOptions } from './telemetry.ts';
export { DEVICE_TYPES, deviceType, type DeviceType, type Metric } from './devices/list.ts';
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

/** The public face of telemetry. */
export interface Telemetry {
  /** `reading` after it was journalled, `node-online` as it changes. */
  readonly facts: Feed<Fact>;
  start(): Promise<{ port: number }>;
  stop(): Promise<void>;
  /** Takes readings from elsewhere than MQTT (a charger's meter values). Resolves once they are in the journal. */
  accept(readings: readonly Reading[]): Promise<void>;
  /** The newest value of each metric of each device of a site, with its own time. */
  latest(site: SiteId): Reading[];
  devices(query: { site?: SiteId }): Promise<FieldDevice[]>;
  /** Sends set points to a device and waits for its acknowledgement. */
  command(target: { site: SiteId; device: DeviceId }, set: Record<string, number>): Promise<CommandResult>;
  /** Whether a node is there: a gateway, or a device that is its own node. */
  isOnline(node: { site: SiteId; node: DeviceId }): boolean;
  /** A device was registered, or anew: what it was taken for is forgotten, and it has to sign in again. */
  registered(device: DeviceId): void;
  /** Before a look into the series store: resolves once that has what was acknowledged so far, or is too slow for it. */
  catchUp(): Promise<void>;
  lag(): Promise<ConsumerLag[]>;
  /** Messages taken, refused and dead, for /metrics. */
  counters(): Record<string, number>;
  connectionCount(): number;
  /** Values that came and that no device type has a place for, the latest first. */
  quarantine(): Quarantined[];
  /** The latest messages that could not be used, newest first. */
  deadLetters(): DeadLetter[];
}
