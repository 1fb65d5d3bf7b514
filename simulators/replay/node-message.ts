import { payloadBytes } from './mqtt-payload.ts';
import type { Stage } from './peer-play.ts';
import type { MqttMessage } from './trace.ts';

/** An MQTT message as it is published. */
export interface OutgoingMessage {
  topic: string;
  qos: MqttMessage['qos'];
  retain: boolean;
  payload: Buffer;
}

/** A recorded message under the names and times of the replay. */
export function outgoing({ identities, shift }: Stage, message: MqttMessage): OutgoingMessage {
  const { topic, qos, retain, payload, base64 } = identities.message(message);
  const bytes = payloadBytes(base64 === undefined ? { payload: shift.mqtt(payload) } : { base64 });
  return { topic, qos, retain, payload: bytes };
}

export function renamedTopic({ identities }: Stage, topic: string): string {
  return identities.message({ topic, qos: 0, retain: false }).topic;
}
