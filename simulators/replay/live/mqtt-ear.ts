import { parser, type IConnectPacket, type IPublishPacket, type Packet, type Parser } from 'mqtt-packet';
import { isoTime } from '#estate/units.ts';
import { tracedPayload } from '../mqtt-payload.ts';
import { blanked } from '../secrets-blanked.ts';
import type { MqttMessage, TraceLine } from '../trace.ts';
import type { Ear, EarDeps } from './ear.ts';

type Link = Extract<TraceLine, { kind: 'link' }>;
type Direction = 'in' | 'out';

/** Listens to an MQTT connection, all of which goes on as it is. The password is not written. */
export function createMqttEar({ clock, writer, connection }: EarDeps): Ear {
  let node = '';
  let will: Pick<Link, 'will'> = {};
  let isOpen = false;
  let isClean = false;
  let isReadable = true;

  const now = () => isoTime(clock.now());
  const tell = (event: Link['event'], more: Pick<Link, 'code' | 'clean' | 'will'> = {}) =>
    writer.write({ kind: 'link', at: now(), peer: node, over: 'mqtt', connection, event, ...more });
  const connect = (packet: IConnectPacket) => {
    node = packet.username ?? packet.clientId;
    if (packet.will) will = { will: messageOf({ qos: 0, retain: false, ...packet.will }) };
    fromPlatform = listener('out', packet.protocolVersion);
  };
  const heard = (packet: Packet, direction: Direction) => {
    const at = now();
    if (packet.cmd === 'connect') connect(packet);
    else if (packet.cmd === 'connack') {
      isOpen = packet.returnCode === 0;
      if (isOpen) tell('opened', will);
      else tell('refused', { code: packet.returnCode ?? packet.reasonCode ?? 0 });
    } else if (packet.cmd === 'publish') {
      writer.write({ kind: 'packet', at, node, direction, ...idOf(packet), ...messageOf(packet) });
    } else if (packet.cmd === 'subscribe') {
      const filters = packet.subscriptions.map(({ topic, qos }) => ({ topic, qos }));
      writer.write({ kind: 'subscription', at, node, id: packet.messageId ?? 0, filters });
    } else if (packet.cmd === 'puback') {
      writer.write({ kind: 'ack', at, node, direction, id: packet.messageId ?? 0 });
    } else if (packet.cmd === 'suback') {
      const all: readonly unknown[] = packet.granted;
      const granted = all.filter((one) => typeof one === 'number');
      writer.write({ kind: 'ack', at, node, direction, id: packet.messageId ?? 0, granted });
    } else if (packet.cmd === 'disconnect') isClean = true;
  };
  const listener = (direction: Direction, protocolVersion = 4): Parser =>
    parser({ protocolVersion })
      .on('packet', (packet) => heard(packet, direction))
      .on('error', () => {
        if (isReadable) tell('unreadable');
        isReadable = false;
      });
  const fromField = listener('in');
  let fromPlatform = listener('out');
  const along = (chunk: Buffer, read: () => Parser) => {
    if (isReadable) read().parse(chunk);
    return chunk;
  };
  return {
    fromField: (chunk) => along(chunk, () => fromField),
    fromPlatform: (chunk) => along(chunk, () => fromPlatform),
    ended() {
      if (isOpen) tell('closed', { clean: isClean });
    },
  };
}

function idOf({ messageId }: IPublishPacket): { id?: number } {
  return messageId === undefined ? {} : { id: messageId };
}

function messageOf(packet: Pick<IPublishPacket, 'topic' | 'payload' | 'qos' | 'retain'>): MqttMessage {
  const { topic, payload, qos, retain } = packet;
  const shown = tracedPayload(typeof payload === 'string' ? Buffer.from(payload) : payload);
  return { topic, qos, retain, ...('payload' in shown ? { payload: blanked(shown.payload) } : shown) };
}
