import type { z } from 'zod';
import type { DeviceId, SiteId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';

/** Who has signed in on a connection. */
export interface Speaker {
  id: DeviceId;
  site: SiteId;
  /** A gateway speaks for the devices behind it, any other device for itself alone. */
  gateway: boolean;
}

/** What connects to the broker: a gateway, or a device that is its own node. */
export interface NodeRef {
  site: SiteId;
  node: DeviceId;
}

/** A device behind its node. */
export interface Target extends NodeRef {
  device: DeviceId;
}

/** What one device measured at one time, before anything is known of the device. */
export interface Point {
  device: DeviceId;
  ts: Millis;
  v: Record<string, number>;
  /** Only where not good. */
  q?: Record<string, number> | undefined;
}

/** What a birth says of one metric. `deadband`: a change of less need not be sent; the device keeps to it, not we. */
export interface MetricBirth {
  unit?: string | undefined;
  min?: number | undefined;
  max?: number | undefined;
  rw?: 'r' | 'w' | 'rw' | undefined;
  brick?: string | undefined;
  /** s. */
  period?: number | undefined;
  deadband?: number | undefined;
  /** A register that only grows. */
  counter?: boolean | undefined;
}

/** A device announces itself: its type, and what it will measure. */
export interface Birth {
  ts: Millis;
  type: string;
  model?: string | undefined;
  serial?: string | undefined;
  metrics: Record<string, MetricBirth>;
}

/** Something at a device began (`active`) or has passed. `id` is the same for both, and when it is sent again. */
export interface FieldEvent {
  id: string;
  ts: Millis;
  code: string;
  sev: number | string;
  text: string;
  active: boolean;
}

/** A device's answer to a command. */
export interface Ack {
  id: string;
  st: 'accepted' | 'done' | 'rejected' | 'failed' | 'expired';
  [more: string]: unknown;
}

/** Set points for a device. `revert`: after so many seconds it returns to its own. */
export interface FieldCommand {
  id: string;
  ts: Millis;
  /** From then on it must not be carried out. */
  exp: Millis;
  set: Record<string, number>;
  prio?: number;
  revert?: number;
}

/** What a message says, in whatever dialect. One message may say several things. */
export type News =
  /** `session` counts the node's connections: what an earlier one says by its last will is no news. */
  | { kind: 'state'; online: boolean; session: number }
  | { kind: 'birth'; device: DeviceId; birth: Birth }
  | { kind: 'removal'; device: DeviceId }
  | {
      kind: 'points';
      points: Point[];
      /** False: kept while the node was offline. */
      live: boolean;
      /** The message's number 0..255, and what counts by it: a device, or the node (null). */
      sequence: { of: DeviceId | null; number: number } | null;
    }
  | { kind: 'event'; device: DeviceId; event: FieldEvent }
  | { kind: 'ack'; device: DeviceId; ack: Ack }
  | Broken;

/** A part of the message is not what was agreed; the rest of it is other news. */
export interface Broken {
  kind: 'broken';
  /** Whose part it is; null: of several, or of the node. */
  device: DeviceId | null;
  reason: string;
  /** How many readings were lost with it: none where only values were. */
  readings: number;
}

/** A topic as its dialect reads it: for whom it speaks, and how what is said there is read. */
export interface Address extends NodeRef {
  /** Null: all that are behind the node. */
  readonly device: DeviceId | null;
  /** `up`: nodes say it; `down`: it is said to nodes. */
  readonly way: 'up' | 'down';
  /** Whether the broker may keep such a message for those who come later. */
  readonly retainable: boolean;
  /** Whether such a message tells what was kept while the node was offline: it may wait its turn. */
  readonly isHistory?: boolean;
  /** @throws PolisError `invalid` when the payload breaks its contract. */
  read(payload: Uint8Array): News[];
}

/** What is to be published; with QoS 1. */
export interface Message {
  topic: string;
  payload: string | Buffer;
  retain: boolean;
  /** From then on nobody is to get it any more. */
  expiresAt?: Millis;
}

/** One topic of a dialect, for the published contract. */
export interface Channel {
  name: string;
  /** The topic, with `{site}`, `{node}`, `{device}` or `{host}` where they stand in it. */
  address: string;
  description: string;
  way: 'up' | 'down';
  qos: readonly (0 | 1)[];
  retained: boolean;
  messages: readonly { name: string; title: string; payload: z.ZodType }[];
}

/**
 * One way of speaking MQTT: its topics, and what is said there. Who may speak for whom is the same in all of them and is
 * decided elsewhere (access.ts), by what `address` makes of a topic.
 */
export interface Dialect {
  readonly name: string;
  /**
   * What nodes say, as an external broker is asked for it: where several processes share the work, each of them needs
   * the first part (who is there, and answers), and any one of them a message of the second (what was measured).
   */
  readonly filters: { each: readonly string[]; any: readonly string[] };
  /** Reads a topic, level by level; null when it is none of this dialect's. */
  address(topic: string): Address | null;
  /** Whether a node may hear a topic, or all of a filter: its own commands and the presence of a host. */
  maySubscribe(speaker: Speaker, filter: string): boolean;
  /** Hands a device its set points. */
  command(target: Target, command: FieldCommand): Message;
  /** Asks a node to announce all its devices again. */
  rebirth(node: NodeRef, order: Omit<FieldCommand, 'set'>): Message;
  /** Tells nodes whether this host is there: they keep what they measure while it is not. */
  host(online: boolean, at: Millis): Message;
  channels(): Channel[];
}

export interface DialectOptions {
  /** The first levels of every topic, where the dialect leaves them open. */
  root: string;
  /** This installation, as nodes see it. */
  hostId: string;
}

/** A topic together with the dialect that it belongs to. */
export interface Addressed {
  dialect: Dialect;
  address: Address;
}

/** The first dialect that knows the topic; null when none does. */
export function addressOf(dialects: readonly Dialect[], topic: string): Addressed | null {
  for (const dialect of dialects) {
    const address = dialect.address(topic);
    if (address) return { dialect, address };
  }
  return null;
}
