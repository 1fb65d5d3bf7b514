import type { MqttClient } from 'mqtt';
import { commandIdOf, tracedPayload } from './mqtt-payload.ts';
import { outgoing, type OutgoingMessage, renamedTopic } from './node-message.ts';
import type { Role, Stage } from './peer-play.ts';
import type { Placed } from './trace-file.ts';
import type { PeerLine } from './trace.ts';

export type Packet = Extract<PeerLine, { kind: 'packet' }>;

export interface NodeRole extends Role {
  /** What the node answered to the nth command on this topic, from 0; null: it never answered one. */
  recordedAnswer(topic: string, nth: number): Promise<Placed<Packet> | null>;
}

/** What a node answers to commands: as it did when it was recorded, or else that they are done. */
export interface NodeAnswers {
  /** The recorded platform sent this to the node. */
  wasSent(packet: Packet): void;
  /** Whether what the node said answers a command: then it is said when this platform commands, not before. */
  isAnswer(packet: Packet): boolean;
  /** This platform sends something to the node. */
  take(client: MqttClient, topic: string, payload: Uint8Array): void;
  /** Resolves when no answer is under way. */
  settled(): Promise<unknown>;
}

/** `…/cmd/NODE/DEVICE`, which is answered at `…/ack/NODE/DEVICE`. */
const COMMAND_TOPIC = /^(.+)\/cmd\/([^/]+\/[^/]+)$/;

/** @param publish is told, too, where the answer was recorded; null: nowhere. It does not reject. */
export function createNodeAnswers(
  stage: Stage,
  role: NodeRole,
  publish: (client: MqttClient, message: OutgoingMessage, recorded: Placed<Packet> | null) => Promise<void>,
): NodeAnswers {
  const recordedIds = new Set<string>();
  const recordedTopics = new Map([...role.index.asked.keys()].map((topic) => [renamedTopic(stage, topic), topic]));
  const underWay = new Set<Promise<void>>();

  const answer = async (client: MqttClient, topic: string, { id, nth }: { id: string; nth: number }) => {
    const recorded = await role.recordedAnswer(recordedTopics.get(topic) ?? topic, nth);
    const message = recorded ? outgoing(stage, withCommandId(recorded.line, id)) : done(topic, id);
    if (message) await publish(client, message, recorded);
  };
  return {
    wasSent(packet) {
      const id = commandIdOf(packet);
      if (id !== null) recordedIds.add(id);
    },
    isAnswer: (packet) => recordedIds.has(commandIdOf(packet) ?? ''),
    take(client, topic, payload) {
      const call = recordedTopics.get(topic) ?? topic;
      const nth = stage.findings.timesAsked(role.peer).get(call) ?? 0;
      stage.findings.asked(role.peer, call);
      const id = commandIdOf(tracedPayload(payload));
      if (id === null) return;
      const work = answer(client, topic, { id, nth })
        .catch(() => void client.stream.destroy())
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
    settled: () => Promise.all(underWay),
  };
}

function withCommandId(answer: Packet, id: string): Packet {
  return { ...answer, payload: typeof answer.payload === 'object' ? { ...answer.payload, id } : answer.payload };
}

function done(commandTopic: string, id: string): OutgoingMessage | null {
  const [, root, device] = COMMAND_TOPIC.exec(commandTopic) ?? [];
  if (root === undefined) return null;
  const payload = Buffer.from(JSON.stringify({ id, st: 'done' }));
  return { topic: `${root}/ack/${device}`, qos: 1, retain: false, payload };
}
