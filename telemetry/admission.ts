import type { AedesOptions, Client, ConnectPacket, PublishPacket } from 'aedes';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { mayPublish, maySubscribe, type Speaker, type Utterance } from './access.ts';
import type { BrokerEvents } from './broker.ts';
import type { Count } from './counters.ts';
import { createPace, type Pace } from './pace.ts';
import { signIn } from './sign-in.ts';
import type { Topic } from './topics.ts';

export interface AdmissionDeps {
  records: Records;
  secrets: SecretBox;
  ground: Ground;
  count: Count;
  events: BrokerEvents;
}

export interface AdmissionOptions {
  root: string;
  /** For one connection. */
  messagesPerSecond?: number;
}

/** Who may come in, and say and hear what. */
export interface Admission {
  /** Before the secret is checked: the session and the last will that the client asks for. */
  preConnect(client: Client, packet: ConnectPacket): void;
  /** @throws PolisError `unauthenticated` or `forbidden`. */
  authenticate(client: Client, id: string | undefined, password: Uint8Array): Promise<void>;
  /**
   * Takes a message; resolves once it may be acknowledged.
   *
   * @throws PolisError `forbidden`, or `unavailable` when it could not be kept; either closes the connection.
   */
  publish(client: Client | null, packet: PublishPacket): Promise<void>;
  maySubscribe(client: Client, filter: string): boolean;
  /** Who signed in on a connection. */
  speakerOf(client: Client): Speaker | undefined;
}

interface Session {
  speaker: Speaker;
  pace: Pace;
}

const MESSAGES_PER_SECOND = 2_000;
const BURST_SECONDS = 5;

export function createAdmission(deps: AdmissionDeps, options: AdmissionOptions): Admission {
  const { ground, count } = deps;
  const { root, messagesPerSecond: perSecond = MESSAGES_PER_SECOND } = options;
  const sessions = new WeakMap<Client, Session>();
  const wills = new WeakMap<Client, Utterance>();

  /** @throws PolisError `forbidden`. */
  const allow = (speaker: Speaker, said: Utterance): Topic => {
    const verdict = mayPublish(root, speaker, said);
    if ('topic' in verdict) return verdict.topic;
    count('forbidden');
    ground.log.warn({ device: speaker.id, topic: said.topic.slice(0, 200) }, `Refused: ${verdict.refused}.`);
    throw new PolisError('forbidden', `${speaker.id} may not publish this: ${verdict.refused}.`);
  };

  return {
    preConnect(client, packet) {
      // A session that lasts is the device's, whatever client id it chose: none can take another's place, or keep a
      // thousand. One that ends with its connection may stand beside others of the same device.
      const { username = '', clientId, clean } = packet;
      packet.clientId = clean ? `${username} ${clientId || ground.random.text(20)}` : username;
      if (packet.will) wills.set(client, willOf(packet.will));
    },
    async authenticate(client, id, password) {
      const speaker = await signIn(deps, { id, password });
      const will = wills.get(client);
      if (will) allow(speaker, will);
      sessions.set(client, {
        speaker,
        pace: createPace({ perSecond, burst: perSecond * BURST_SECONDS }, ground.clock),
      });
    },
    async publish(client, packet) {
      const session = client && sessions.get(client);
      if (!session) throw new PolisError('forbidden', 'Only who has signed in may publish.');
      const { topic: text, qos, retain, payload } = packet;
      const topic = allow(session.speaker, { topic: text, qos, retain, bytes: payload.length });
      await session.pace.turn();
      await deps.events.take({ topic, text, payload: typeof payload === 'string' ? Buffer.from(payload) : payload });
    },
    maySubscribe(client, filter) {
      const speaker = sessions.get(client)?.speaker;
      const allowed = speaker !== undefined && maySubscribe(root, speaker, filter);
      if (!allowed) count('forbidden');
      return allowed;
    },
    speakerOf: (client) => sessions.get(client)?.speaker,
  };
}

/**
 * Admission as aedes asks for it. A message is taken while it is being authorized: aedes sends PUBACK right after that
 * and only then publishes, so there is no later point at which to store before acknowledging.
 */
export function admissionHooks(admission: Admission, deps: AdmissionDeps): AedesOptions {
  /** Answers aedes. Were its own callback to throw, that must not end the process. */
  const answer = (work: Promise<void>, kept: () => void, broken: (error: Error) => void) => {
    work
      .then(kept, (error: unknown) => broken(error instanceof Error ? error : new Error(String(error))))
      .catch((error: unknown) => {
        deps.ground.log.error({ error: messageOf(error) }, 'The MQTT broker failed while it answered a client.');
      });
  };
  return {
    preConnect(client, packet, done) {
      admission.preConnect(client, packet);
      done(null, true);
    },
    authenticate(client, ...[user, password, done]) {
      const refuse = (error: Error) => {
        deps.count('signInsRefused');
        deps.ground.log.info({ error: error.message }, 'An MQTT sign-in was refused.');
        done(Object.assign(error, { returnCode: returnCodeOf(error) }), false);
      };
      answer(admission.authenticate(client, user, password ?? new Uint8Array()), () => done(null, true), refuse);
    },
    authorizePublish(client, packet, done) {
      answer(admission.publish(client, packet), () => done(null), done);
    },
    authorizeSubscribe(client, subscription, done) {
      done(null, admission.maySubscribe(client, subscription.topic) ? subscription : null);
    },
  };
}

/** CONNACK's return code (MQTT 3.1.1 §3.2.2.3). */
function returnCodeOf(error: Error): number {
  if (!(error instanceof PolisError)) return 3;
  if (error.code === 'unauthenticated') return 4;
  return error.code === 'forbidden' ? 5 : 3;
}

function willOf({ topic, qos, retain, payload }: NonNullable<ConnectPacket['will']>): Utterance {
  return { topic, qos: qos ?? 0, retain: retain ?? false, bytes: payload.length };
}
