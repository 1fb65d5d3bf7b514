import mqtt, { type MqttClient } from 'mqtt';
import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import { createNodeAnswers, type NodeAnswers, type NodeRole, type Packet } from './node-answers.ts';
import { outgoing, type OutgoingMessage, renamedTopic } from './node-message.ts';
import { ANSWER_WITHIN_MS, linger, type Role, type Stage } from './peer-play.ts';
import type { Placed } from './trace-file.ts';
import type { MqttMessage, PeerLine } from './trace.ts';

type Link = Extract<PeerLine, { kind: 'link' }>;
type Subscription = Extract<PeerLine, { kind: 'subscription' }>;
type Ack = Extract<PeerLine, { kind: 'ack' }>;

/** What the node said, and what came of it. */
interface Said {
  call: string;
  asked: unknown;
  outcome: string;
}

const CONNECT_WITHIN_MS = 20 * SECOND;
const CLOSE_WITHIN_MS = SECOND;
const ACKNOWLEDGED = 'acknowledged';

/**
 * Plays what one MQTT node published and subscribed to, in order, each after the acknowledgement of the one before. What
 * the platform commands is answered as the node answered what came to that topic when it was recorded, or else as done.
 *
 * @throws PolisError `unavailable` when nothing answers where nodes connect.
 */
export async function replayNode(stage: Stage, role: NodeRole, lines: AsyncIterable<Placed<PeerLine>>): Promise<void> {
  const answers = createNodeAnswers(stage, role, async (client, message, place) => {
    const outcome = await send(stage, client, message);
    if (!place || outcome === ACKNOWLEDGED || !connection.isOf(client)) return;
    const { topic, payload } = place.line;
    tell(stage, role, { place, call: `answer ${topic}`, asked: payload, recorded: ACKNOWLEDGED, got: outcome });
  });
  const connection = createConnection(stage, role, answers);
  const dialogue = createDialogue(stage, role);

  /** Resolves with whether it goes on: not when the platform refuses the node. */
  const play = async (place: Placed<PeerLine>): Promise<boolean> => {
    const { line } = place;
    if (line.kind === 'link') await connection.follow(line);
    else if (line.kind === 'ack') {
      if (line.direction === 'out') dialogue.hear(line, place);
    } else if (line.kind === 'packet' && line.direction === 'out') answers.wasSent(line);
    else if (line.kind === 'subscription' || (line.kind === 'packet' && !answers.isAnswer(line))) {
      await stage.pace(Date.parse(line.at));
      const client = await connection.need(place);
      if (!client) return false;
      await (line.kind === 'packet' ? dialogue.publish(client, line) : dialogue.subscribe(client, line));
    }
    return true;
  };

  try {
    for await (const place of lines) {
      if (stage.signal.aborted || !(await play(place))) break;
    }
    if (connection.isOpen()) {
      await linger(stage, role);
      await answers.settled();
    }
  } finally {
    await connection.end('close');
  }
}

/** What a node says, and how the acknowledgements compare with the recorded ones. */
function createDialogue(stage: Stage, role: Role) {
  const open = new Map<number, Said>();
  return {
    async publish(client: MqttClient, packet: Packet) {
      const outcome = await send(stage, client, outgoing(stage, packet));
      if (packet.id !== undefined)
        open.set(packet.id, { call: `publish ${packet.topic}`, asked: packet.payload, outcome });
    },
    async subscribe(client: MqttClient, { id, filters }: Subscription) {
      const wanted = filters.map(({ topic, qos }) => [renamedTopic(stage, topic), { qos }] as const);
      const outcome = await outcomeOf(stage, client.subscribeAsync(Object.fromEntries(wanted)));
      open.set(id, { call: `subscribe ${filters.map(({ topic }) => topic).join(', ')}`, asked: null, outcome });
    },
    hear(ack: Ack, place: Placed<PeerLine>) {
      const said = open.get(ack.id);
      open.delete(ack.id);
      const recorded = ack.granted?.some((one) => one >= REFUSED) ? 'refused' : ACKNOWLEDGED;
      if (!said || said.outcome === recorded || (recorded === 'refused' && said.outcome !== ACKNOWLEDGED)) return;
      const { call, asked, outcome } = said;
      tell(stage, role, { place, call, asked, recorded, got: outcome });
    },
  };
}

/** SUBACK's code for a filter that is not granted (MQTT 3.1.1 §3.9.3). */
const REFUSED = 0x80;

/** The connection of one node, made when it is needed. */
function createConnection(stage: Stage, role: Role, answers: NodeAnswers) {
  let client: MqttClient | null = null;
  let number: number | null = null;
  let will: MqttMessage | undefined;

  const end = async (how: 'close' | 'cut') => {
    const ending = client;
    client = null;
    if (how === 'cut') ending?.stream.destroy();
    if (ending) await inTime(stage, ending.endAsync(how === 'cut'), CLOSE_WITHIN_MS);
  };
  return {
    isOpen: () => client?.connected ?? false,
    isOf: (one: MqttClient) => one === client,
    end,
    async follow({ event, connection, clean = false, will: last }: Link) {
      if (event === 'opened') {
        if (number !== null && number !== connection) await end('cut');
        [number, will] = [connection, last];
      } else if (event === 'closed' && connection === number) {
        await end(clean ? 'close' : 'cut');
      }
    },
    /** A connection for what is said next; null when the platform refuses it, which is told. */
    async need(place: Placed<PeerLine>): Promise<MqttClient | null> {
      if (client?.connected) return client;
      await end('cut');
      const release = await stage.slots.take();
      try {
        const made = await connected(stage, role, will);
        made.on('message', (topic, payload) => answers.take(made, topic, payload));
        client = made;
        return made;
      } catch (error) {
        if (!(error instanceof PolisError) || error.code !== 'forbidden') throw error;
        tell(stage, role, { place, call: 'handshake', asked: null, recorded: 'accepted', got: error.message });
        return null;
      } finally {
        release();
      }
    },
  };
}

/** @throws PolisError `forbidden` when the broker refuses; `unavailable` when nothing answers. */
async function connected(stage: Stage, { url, identity, secret }: Role, will?: MqttMessage): Promise<MqttClient> {
  const last = will && outgoing(stage, will);
  const client = mqtt.connect(url, {
    clientId: identity,
    username: identity,
    password: secret,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_WITHIN_MS,
    ...(last ? { will: last } : {}),
  });
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client));
    // Also later, when there is nobody left to tell: the end of the connection says it.
    client.on('error', (error) => reject(refusal(error, `${identity} cannot connect to ${url}`)));
    client.once('close', () => {
      reject(new PolisError('forbidden', 'closed before it was acknowledged'));
      // What is under way fails now.
      client.end(true);
    });
  });
}

function refusal(error: Error, what: string): PolisError {
  const isRefused = 'code' in error && typeof error.code === 'number';
  return isRefused
    ? new PolisError('forbidden', `refused: ${error.message}`)
    : new PolisError('unavailable', `${what}: ${error.message || messageOf(error)}`);
}

function send(stage: Stage, client: MqttClient, { topic, payload, ...options }: OutgoingMessage): Promise<string> {
  stage.findings.sent();
  return outcomeOf(stage, client.publishAsync(topic, payload, options));
}

async function outcomeOf(stage: Stage, work: Promise<unknown>): Promise<string> {
  try {
    return (await inTime(stage, work, ANSWER_WITHIN_MS)) ? ACKNOWLEDGED : 'no acknowledgement';
  } catch (error) {
    return `not acknowledged: ${messageOf(error)}`;
  }
}

/** Whether work was done in time; it goes on all the same. */
async function inTime({ clock }: Stage, work: Promise<unknown>, withinMs: number): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancel = clock.after(withinMs, () => late.resolve(false));
  try {
    return await Promise.race([work.then(() => true), late.promise]);
  } finally {
    cancel();
  }
}

function tell(
  { findings }: Stage,
  { peer }: Role,
  found: { place: Placed<PeerLine>; call: string; asked: unknown; recorded: string; got: string },
): void {
  const { place, recorded, got, ...rest } = found;
  findings.differs({
    peer,
    line: place.number,
    at: place.line.at,
    ...rest,
    fields: [{ field: '', recorded, got }],
  });
}
