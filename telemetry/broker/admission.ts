import type { AedesOptions, AedesPublishPacket, Client, ConnectPacket, PublishPacket } from 'aedes';
import type { Socket } from 'node:net';
import { PolisError, messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { mayPublish, maySubscribe, type Speaker, type Utterance } from '../access/access.ts';
import { createFailedSignIns } from '../access/failed-sign-ins.ts';
import { signIn, type Claim } from '../access/sign-in.ts';
import type { Count } from '../accounting/counters.ts';
import type { Addressed, Dialect } from '../dialects/dialect.ts';
import { certificateOf, type ShownCertificate } from '../doors/client-certificate.ts';
import type { BrokerEvents } from './broker.ts';
import { createPace, type Pace } from './pace.ts';
import type { Perishable } from './sessions.ts';

export interface AdmissionDeps {
  records: Records;
  secrets: SecretBox;
  ground: Ground;
  count: Count;
  events: BrokerEvents;
}

export interface AdmissionOptions {
  dialects: readonly Dialect[];
  /** For one connection. */
  messagesPerSecond?: number;
  /** The fingerprints of this installation's roots, which sign the certificates of devices. */
  roots: ReadonlySet<string>;
  /** What carries a client's stream. */
  socketOf(client: Client): Socket | undefined;
}

/** Who may come in, and say and hear what. */
export interface Admission {
  /** Before anything is checked: who the client claims to be, and the session and last will that it asks for. */
  preConnect(client: Client, packet: ConnectPacket): void;
  /** @throws PolisError `unauthenticated` or `forbidden`; `rate-limited` in place of the former after too many. */
  authenticate(client: Client, id: string | undefined, password: Uint8Array): Promise<void>;
  /**
   * Takes a message; resolves once it may be acknowledged.
   *
   * @throws PolisError `forbidden`, or `unavailable` when it could not be kept; either closes the connection.
   */
  publish(client: Client | null, packet: PublishPacket): Promise<void>;
  /** Grants a filter, or does not. */
  subscribe(client: Client, filter: string): boolean;
  unsubscribed(client: Client, filters: readonly string[]): void;
  isGranted: (client: Client, filter: string) => boolean;
  /** Whether a message that was kept for a client is still for it: not when its time is over, or the device has moved. */
  mayHear(client: Client, message: Perishable): boolean;
  /** Who signed in on a connection. */
  speakerOf(client: Client): Speaker | undefined;
}

/** What is known of a client before it has signed in. */
interface Knock {
  address: string;
  certificate: ShownCertificate | null;
  will: Utterance | null;
}

interface Session {
  speaker: Speaker;
  pace: Pace;
  filters: Set<string>;
}

/** Of one connection; a gateway may name each of its devices. */
const MOST_FILTERS = 600;
const MESSAGES_PER_SECOND = 2_000;
const BURST_SECONDS = 5;

export function createAdmission(deps: AdmissionDeps, options: AdmissionOptions): Admission {
  const { ground, count } = deps;
  const { dialects, messagesPerSecond: perSecond = MESSAGES_PER_SECOND } = options;
  const sessions = new WeakMap<Client, Session>();
  const knocks = new WeakMap<Client, Knock>();
  const identify = createIdentify(deps);

  /** @throws PolisError `forbidden`. */
  const allow = (speaker: Speaker, said: Utterance): Addressed => {
    const verdict = mayPublish(dialects, speaker, said);
    if ('address' in verdict) return verdict;
    count('forbidden');
    ground.log.warn({ device: speaker.id, topic: said.topic.slice(0, 200) }, `Refused: ${verdict.refused}.`);
    throw new PolisError('forbidden', `${speaker.id} may not publish this: ${verdict.refused}.`);
  };

  return {
    preConnect(client, packet) {
      // A session that lasts is the device's, whatever client id it chose: none can take another's place, or keep a
      // thousand. One that ends with its connection may stand beside others of the same device.
      const knock = knockOf(packet, options.socketOf(client), options.roots);
      knocks.set(client, knock);
      // Who shows a certificate has said its name by that.
      const { username = knock.certificate?.name ?? '', clientId, clean } = packet;
      packet.username = username;
      packet.clientId = clean ? `${username} ${clientId || ground.random.text(20)}` : username;
    },
    async authenticate(client, id, password) {
      const { address, certificate, will } = knocks.get(client) ?? NOBODY;
      const speaker = await identify({ id, password, certificate }, address);
      if (will) allow(speaker, will);
      sessions.set(client, {
        speaker,
        pace: createPace({ perSecond, burst: perSecond * BURST_SECONDS }, ground.clock),
        filters: new Set(),
      });
    },
    async publish(client, packet) {
      const session = client && sessions.get(client);
      if (!session) throw new PolisError('forbidden', 'Only who has signed in may publish.');
      const { topic, qos, retain, payload } = packet;
      const addressed = allow(session.speaker, { topic, qos, retain, bytes: payload.length });
      const turn = session.pace.turn();
      if (turn) await turn;
      await deps.events.take({
        ...addressed,
        topic,
        payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      });
    },
    ...createHearing(deps, dialects, (client) => sessions.get(client)),
    speakerOf: (client) => sessions.get(client)?.speaker,
  };
}

/** Signs in, and bounds what an address may fail. */
function createIdentify(deps: AdmissionDeps) {
  const failed = createFailedSignIns(deps.ground.clock);
  return async (claim: Claim, address: string): Promise<Speaker> => {
    try {
      return await signIn(deps, claim);
    } catch (error) {
      if (!(error instanceof PolisError) || error.code !== 'unauthenticated' || !failed.tooMany(address)) throw error;
      deps.count('signInsTooMany');
      throw new PolisError(
        'rate-limited',
        'Too many failed sign-ins from this address; correct the secret and wait a minute.',
      );
    }
  };
}

/** What clients may hear. */
function createHearing(
  { count, ground: { clock } }: AdmissionDeps,
  dialects: readonly Dialect[],
  sessionOf: (client: Client) => Session | undefined,
): Pick<Admission, 'subscribe' | 'unsubscribed' | 'isGranted' | 'mayHear'> {
  return {
    subscribe(client, filter) {
      const session = sessionOf(client);
      const room = session !== undefined && (session.filters.size < MOST_FILTERS || session.filters.has(filter));
      const granted = room && maySubscribe(dialects, session.speaker, filter);
      if (granted) session.filters.add(filter);
      else count('forbidden');
      return granted;
    },
    unsubscribed: (client, filters) => filters.forEach((filter) => sessionOf(client)?.filters.delete(filter)),
    isGranted: (client, filter) => sessionOf(client)?.filters.has(filter) ?? false,
    mayHear(client, { topic, messageExpiry = Infinity }) {
      const speaker = sessionOf(client)?.speaker;
      return messageExpiry > clock.now() && speaker !== undefined && maySubscribe(dialects, speaker, topic);
    },
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
        // Whoever goes on guessing fills no log.
        const level = error instanceof PolisError && error.code === 'rate-limited' ? 'debug' : 'info';
        deps.ground.log[level]({ error: error.message }, 'An MQTT sign-in was refused.');
        done(Object.assign(error, { returnCode: returnCodeOf(error) }), false);
      };
      answer(admission.authenticate(client, user, password ?? new Uint8Array()), () => done(null, true), refuse);
    },
    authorizePublish(client, packet, done) {
      // What devices say is for us alone, and taken by now: the broker need not keep it for anybody.
      const kept = () => ((packet.retain = false), done(null));
      answer(admission.publish(client, packet), kept, done);
    },
    authorizeSubscribe(client, subscription, done) {
      done(null, admission.subscribe(client, subscription.topic) ? subscription : null);
    },
    authorizeForward: (client, packet: AedesPublishPacket) => (admission.mayHear(client, packet) ? packet : null),
  };
}

/** CONNACK's return code (MQTT 3.1.1 §3.2.2.3). */
function returnCodeOf(error: Error): number {
  if (!(error instanceof PolisError)) return 3;
  if (error.code === 'unauthenticated') return 4;
  return error.code === 'forbidden' ? 5 : 3;
}

const NOBODY: Knock = { address: '', certificate: null, will: null };

function knockOf({ will }: ConnectPacket, socket: Socket | undefined, roots: ReadonlySet<string>): Knock {
  return {
    address: socket?.remoteAddress ?? '',
    certificate: socket ? certificateOf(socket, roots) : null,
    will: will ? willOf(will) : null,
  };
}

function willOf({ topic, qos, retain, payload }: NonNullable<ConnectPacket['will']>): Utterance {
  return { topic, qos: qos ?? 0, retain: retain ?? false, bytes: payload.length };
}
