import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Addressed, Message } from '../dialects/dialect.ts';

/** The ports on which devices are served; null: that one is closed. */
export interface BrokerPorts {
  /** 0 where that is not ours to say. */
  port: number;
  tlsPort: number | null;
  webSocketPort: number | null;
  webSocketTlsPort: number | null;
}

/** The way to the field: a broker of our own in this process, or one outside. */
export interface Broker {
  start(): Promise<BrokerPorts>;
  stop(): Promise<void>;
  /** Publishes with QoS 1. What has an end is delivered to nobody after it. */
  publish(message: Message): Promise<void>;
  /** Ends the connections of a device, where they are ours. */
  disconnect(device: DeviceId): void;
  connectionCount(): number;
}

/** A message from the field, its topic read and allowed. */
export interface FieldMessage extends Addressed {
  /** As it stood in the packet. */
  topic: string;
  payload: Uint8Array;
}

/**
 * Resolves when the message may be acknowledged: what it says is kept, or it is a dead letter.
 *
 * @throws PolisError `unavailable` when it could not be kept: the sender must send it again.
 */
export type Take = (message: FieldMessage) => Promise<void>;

/** What a broker tells. */
export interface BrokerEvents {
  /** A message arrived; it is acknowledged when this resolves, and not when it rejects. */
  take: Take;
  /** It can be used: once after its start, and again whenever it was away. */
  ready(): void;
  /** The connection of a node ended. */
  gone(node: { site: SiteId; node: DeviceId }): void;
}
