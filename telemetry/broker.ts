import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Take } from './ingest.ts';

/** The way to the field: a broker of our own in this process, or one outside. */
export interface Broker {
  /** @returns the port on which devices are served; 0 where that is not ours to say. */
  start(): Promise<{ port: number }>;
  stop(): Promise<void>;
  /** Publishes with QoS 1. */
  publish(topic: string, payload: string, retain?: 'retain'): Promise<void>;
  /** Ends the connections of a device, where they are ours. */
  disconnect(device: DeviceId): void;
  connectionCount(): number;
}

/** What a broker tells. */
export interface BrokerEvents {
  /** A message arrived; it is acknowledged when this resolves, and not when it rejects. */
  take: Take;
  /** It can be used: once after its start, and again whenever it was away. */
  ready(): void;
  /** The connection of a node ended. */
  gone(node: { site: SiteId; node: DeviceId }): void;
}
