import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { MqttClient } from 'mqtt';
import type { Probe } from '../probe.ts';
import type { GatewayInterferences, LeavingMessage } from './interference.ts';

/** A message as it goes over the wire: JSON, QoS 1. */
export interface Message {
  topic: string;
  payload: object;
  retain?: boolean;
}

/** Resolves true once the broker has acknowledged the message, false when it cannot any more. */
export type Publish = (message: Message) => Promise<boolean>;

/** Publishes over the connection of the moment, with all that interferes. */
export function createPublisher(
  { ground, probe, interferences }: { ground: Ground; probe: Probe; interferences: GatewayInterferences },
  { id, client }: { id: string; client: () => MqttClient | null },
): Publish {
  const leave = async ({ topic, payload, retain = false }: LeavingMessage & Pick<Message, 'retain'>) => {
    const over = client();
    if (!over?.connected) return false;
    const ended = probe.begin({ kind: 'publish', peer: id, name: kindOf(topic) });
    try {
      await over.publishAsync(topic, Buffer.isBuffer(payload) ? payload : JSON.stringify(payload), { qos: 1, retain });
      ended({ kind: 'done' });
      return true;
    } catch (error) {
      ended({ kind: 'lost' });
      ground.log.debug({ gateway: id, topic, error: messageOf(error) }, 'A gateway could not publish.');
      return false;
    }
  };
  return async (message) => {
    const said = { ...message, kind: kindOf(message.topic) };
    const over = client();
    if (!interferences.lets(said, ground.clock.now())) return false;
    const wait = interferences.waits(said);
    if (wait) await wait;
    if (client() !== over) return false;
    const { before, after } = interferences.around(said);
    for (const each of before) void leave(each);
    const left = leave(message);
    for (const each of after) void leave(each);
    return left;
  };
}

/** `data` of `estate/v1/barolo/data/barolo-gw`. */
function kindOf(topic: string): string {
  return /\/(state|birth|data|hist|event|ack)\//.exec(topic)?.[1] ?? topic;
}
