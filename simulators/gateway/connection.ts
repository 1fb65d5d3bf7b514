import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { generate, type Packet, writeToStream } from 'mqtt-packet';
import { createPacketReader } from './packets.ts';

/** A message of QoS 1: JSON, or bytes that are none. */
export interface Message {
  topic: string;
  payload: object | Buffer;
  retain?: boolean;
}

/**
 * An MQTT 3.1.1 connection of a clean session, that lasts until it is closed. It keeps next to nothing beside its socket:
 * a library's client, made for a few connections that come back by themselves, takes more than twice the memory.
 */
export interface Connection {
  readonly socket: Socket;
  /** The broker has let it in, and it is not gone. */
  isOpen: boolean;
  /** Nothing was heard since the last ping. */
  isSilent: boolean;
  /** Messages that wait for their PUBACK, by packet id. */
  readonly waiting: Map<number, (isAcknowledged: boolean) => void>;
  lastId: number;
}

export interface ConnectionHandlers {
  opened(): void;
  received(topic: string, payload: Uint8Array): void;
  /** A filter that was subscribed to is refused. */
  unheard(): void;
  /** Why it will be gone. */
  failed(message: string): void;
  /** It is gone; called once. */
  closed(): void;
}

export interface ConnectionOptions {
  /** `mqtt://host:port`, or `mqtts:`. */
  url: string;
  /** The client, and its user name. */
  id: string;
  secret: string;
  will: Message;
}

const KEEP_ALIVE_S = 60;
/** It pings twice in that time, and gives up when it has heard nothing from one ping to the next, or at first. */
const PING_MS = (KEEP_ALIVE_S / 2) * SECOND;
const MOST_PACKET_ID = 0xffff;
/** SUBACK's return code of a filter that is refused. */
const REFUSED = 0x80;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'mqtt:': 1883, 'mqtts:': 8883 };
// It would keep a buffer for each of the 65,536 packet ids.
writeToStream.cacheNumbers = false;

/** What is read is dealt with at once, so all connections read into the same. */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

export function openConnection(options: ConnectionOptions, handlers: ConnectionHandlers): Connection {
  const read = createPacketReader((packet) => take(connection, packet, handlers));
  const socket = openSocket(options.url, (bytes) => {
    connection.isSilent = false;
    try {
      read(bytes);
    } catch (error) {
      giveUp(connection, messageOf(error));
    }
  });
  const connection: Connection = { socket, isOpen: false, isSilent: true, waiting: new Map(), lastId: 0 };
  const stopPinging = systemClock.every(PING_MS, () => ping(connection));
  socket.on('error', ({ message }) => handlers.failed(message));
  socket.once('close', () => {
    connection.isOpen = false;
    stopPinging();
    for (const id of connection.waiting.keys()) settle(connection, id, false);
    handlers.closed();
  });
  send(connection, connectPacket(options));
  return connection;
}

/** Resolves true once the broker has acknowledged the message, false when it cannot any more. */
export function publish(connection: Connection, message: Message): Promise<boolean> {
  if (!connection.isOpen) return Promise.resolve(false);
  return new Promise((resolve) => {
    const id = nextId(connection);
    connection.waiting.set(id, resolve);
    send(connection, publishPacket(message, id));
  });
}

export function subscribe(connection: Connection, filters: readonly string[]): void {
  const subscriptions = filters.map((topic) => ({ topic, qos: 1 as const }));
  send(connection, { cmd: 'subscribe', messageId: nextId(connection), subscriptions });
}

/** Says goodbye and is gone. */
export function end(connection: Connection): void {
  if (connection.isOpen) send(connection, { cmd: 'disconnect' });
  connection.socket.destroySoon();
}

/** Is gone without a word. */
export function cut({ socket }: Connection): void {
  socket.destroy();
}

function take(connection: Connection, packet: Packet, handlers: ConnectionHandlers): void {
  if (packet.cmd === 'puback') settle(connection, packet.messageId ?? 0, true);
  else if (packet.cmd === 'suback' && packet.granted.includes(REFUSED)) handlers.unheard();
  else if (packet.cmd === 'publish') {
    if (packet.qos > 0) send(connection, { cmd: 'puback', messageId: packet.messageId ?? 0 });
    handlers.received(packet.topic, Buffer.from(packet.payload));
  } else if (packet.cmd === 'connack') {
    const { returnCode = 0 } = packet;
    if (returnCode !== 0) return giveUp(connection, `the broker refuses it with return code ${returnCode}`);
    connection.isOpen = true;
    handlers.opened();
  }
}

function send({ socket }: Connection, packet: Packet): void {
  socket.write(generate(packet));
}

function ping(connection: Connection): void {
  if (connection.isSilent) return giveUp(connection, 'the broker is silent');
  connection.isSilent = true;
  send(connection, { cmd: 'pingreq' });
}

function giveUp({ socket }: Connection, why: string): void {
  socket.destroy(new Error(why));
}

function nextId(connection: Connection): number {
  do connection.lastId = (connection.lastId % MOST_PACKET_ID) + 1;
  while (connection.waiting.has(connection.lastId));
  return connection.lastId;
}

function settle({ waiting }: Connection, id: number, isAcknowledged: boolean): void {
  waiting.get(id)?.(isAcknowledged);
  waiting.delete(id);
}

function openSocket(url: string, read: (bytes: Buffer) => void): Socket {
  const { protocol, hostname, port: given } = new URL(url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(given) || (DEFAULT_PORTS[protocol] ?? NaN) };
  if (protocol === 'mqtts:') return connectTls({ ...to, servername: to.host }).on('data', read);
  const callback = (count: number) => {
    read(READ.subarray(0, count));
    return true;
  };
  return connectTcp({ ...to, noDelay: true, onread: { buffer: READ, callback } });
}

function connectPacket({ id, secret, will }: ConnectionOptions): Packet {
  return {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clientId: id,
    clean: true,
    keepalive: KEEP_ALIVE_S,
    username: id,
    password: Buffer.from(secret),
    will: { topic: will.topic, payload: bytesOf(will), qos: 1, retain: will.retain ?? false },
  };
}

function publishPacket(message: Message, messageId: number): Packet {
  const { topic, retain = false } = message;
  return { cmd: 'publish', topic, payload: bytesOf(message), qos: 1, dup: false, retain, messageId };
}

function bytesOf({ payload }: Message): Buffer | string {
  return Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
}
