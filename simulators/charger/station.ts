import { seededRandom } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerAddress } from '../charger-socket.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import { createAgenda } from './agenda.ts';
import type { Answer } from './calls.ts';
import { tellNeeds } from './car-talk.ts';
import { type Charger, createCharger, stopSession, tick } from './charger.ts';
import { controlsOf, reboot, statuses } from './controls.ts';
import { type Dialect, statusOnly } from './dialect.ts';
import { firstCredentials } from './credentials.ts';
import { createInterferences, type Interference } from './interference.ts';
import { createLink } from './link.ts';
import { mannerOf } from './manner.ts';
import { createMemory } from './memory.ts';
import { watch } from './monitoring.ts';
import type { ChargerNews } from './news.ts';
import { limitFromOutside, type OutsideLimit } from './outside-limit.ts';
import { createOutbox, outboxMessage } from './outbox.ts';
import { ownWires, type Wires } from '../wires.ts';
import { createTruthKeeper } from './truth-keeper.ts';
import type { ToldTruth } from './truth.ts';
import { noTokens } from './tokens.ts';
import { learn, present } from './authorization.ts';
import { costIn } from './cost.ts';
import { createSender } from './sender.ts';
import type { Parts, StationOptions } from './station-parts.ts';
import type { StationState } from './station-state.ts';
import { createUplink } from './uplink.ts';
import { v16 } from './v16.ts';
import { v201 } from './v201.ts';
import { offBy } from './wrong-clock.ts';

/** A charging station at its wire. */
export interface Station {
  readonly plan: ChargerPlan;
  readonly charger: Charger;
  isOnline(): boolean;
  /** It runs another firmware than when it was brought to life, and is accepted with it. */
  isUpdated(): boolean;
  start(): void;
  stop(): Promise<void>;
  /** Closes or cuts the wire; it comes back after the delay. */
  restart(how: 'close' | 'cut', delayMs: number): void;
  /** Loses its power, which ends all sessions, and boots. */
  reboot(): void;
  /** Changes how it speaks, until the returned function is called. */
  interfere(interference: Interference): () => void;
  /** Shows a card: starts a session, or stops the one it began. False when it was refused. */
  present(evse: number, token: string): Promise<boolean>;
  tick(now: Millis): void;
  /** Sets or lifts a limit at the charger, as an energy manager or the grid does. */
  limitFromOutside(limit: OutsideLimit): void;
  /** Lives through past time off line, sampling the meter this often. */
  age(now: Millis, sampleEveryMs: number): void;
  truth(): ToldTruth;
  /** Messages that wait for the platform. */
  readonly queued: number;
  snapshot(): StationState;
}

const OUTBOX_BOUND = 1000;
const SERVING = /^(Remote|Request)(Start|Stop)Transaction$/;
const DIALECTS: Record<ChargerPlan['protocol'], Dialect> = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 };

export function createStation(wires: Wires, given: StationOptions): Station {
  const firmware = given.saved?.firmware ?? given.plan.firmware;
  const options = { ...given, plan: { ...given.plan, firmware } };
  const name = `${options.seed}/${options.plan.id}/wire/${options.now}`;
  const parts = assemble(ownWires(wires, name), options);
  const { charger, link, uplink, sender, outbox, transactions, settings } = parts;
  return {
    plan: options.plan,
    charger,
    isOnline: () => uplink.isReady(),
    isUpdated: () => uplink.isReady() && (uplink.acceptedWith() ?? firmware) !== firmware,
    start: () => link.start(),
    stop: () => link.stop(),
    restart: (how, delayMs) => link.restart(how, delayMs),
    reboot: () => reboot(parts, 'HardReset'),
    interfere: (interference) => parts.interferences.add(interference),
    present(evse, token) {
      const ask = uplink.isReady() ? () => uplink.ask(parts.dialect.authorize(token)) : null;
      return present(controlsOf(parts), { evse, token, ask });
    },
    tick(now) {
      tick(charger, now, settings.meterIntervalS * SECOND);
      link.tick(now);
      uplink.tick(now);
      parts.agenda.tick(now);
      if (options.plan.protocol === 'ocpp2.0.1') watch(controlsOf(parts));
      if (outbox.size > 0) void sender.pump();
      if (parts.rebootWhenIdle && !charger.outlets.some((each) => each.session)) reboot(parts, 'SoftReset');
    },
    limitFromOutside: (limit) => limitFromOutside(controlsOf(parts), limit),
    age: (now, sampleEveryMs) => tick(charger, now, sampleEveryMs),
    truth: () => truthOf(parts),
    get queued() {
      return outbox.size;
    },
    snapshot: () => ({
      outlets: charger.outlets,
      profiles: charger.profiles,
      reservations: charger.reservations,
      tokens: parts.tokens,
      outbox: outbox.list(),
      transactions: Object.fromEntries(transactions),
      settings,
      variables: Object.fromEntries(parts.variables),
      firmware: charger.plan.firmware,
      // What it was first given need not lie on a disk.
      ...(isChanged(parts) ? { credentials: parts.credentials } : {}),
    }),
  };
}

function assemble(wires: Wires, options: StationOptions): Parts {
  const { plan, saved } = options;
  const charger = createCharger(
    plan,
    {
      tell: (news) => hear(parts, news),
      nameSession: ({ evse, sessionsSoFar }, now) =>
        seededRandom(`${options.seed}/${plan.id}/${evse}/${sessionsSoFar}/${now}`).text(24),
    },
    { now: options.now, outlets: saved?.outlets, profiles: saved?.profiles, reservations: saved?.reservations },
  );
  const inside = {
    ground: wires.ground,
    options,
    dialect: DIALECTS[plan.protocol],
    charger,
    interferences: createInterferences(...mannerOf(plan)),
    outbox: createOutbox(OUTBOX_BOUND, saved?.outbox),
    agenda: createAgenda(),
    memory: createMemory(plan),
    truth: createTruthKeeper(options.truthBounds),
    transactions: new Map(Object.entries(saved?.transactions ?? {})),
    settings: saved?.settings ?? { heartbeatS: 300, meterIntervalS: options.meterIntervalS },
    variables: new Map(Object.entries(saved?.variables ?? {})),
    credentials: saved?.credentials ?? firstCredentials(options.secret),
    tokens: saved?.tokens ?? noTokens(),
    rebootWhenIdle: false,
  };
  const parts: Parts = Object.assign(
    inside,
    createVoice(wires, inside, () => parts),
  );
  return parts;
}

type Voice = Pick<Parts, 'link' | 'uplink' | 'sender'>;

/** What a charger speaks with. */
function createVoice({ ground, slots, probe }: Wires, inside: Omit<Parts, keyof Voice>, parts: () => Parts): Voice {
  const { options, dialect, settings, interferences, outbox, transactions } = inside;
  const { plan } = options;
  const { clock } = ground;
  const link = createLink(
    { ground, slots, probe },
    { identity: plan.id, address: () => addressOf(parts()), interferences },
    {
      opened: () => uplink.opened(),
      closed() {
        uplink.closed();
        sender.reset();
      },
      called: (action, payload) => obey(parts(), action, payload),
    },
  );
  const uplink = createUplink(
    { clock, link: offBy(link, () => interferences.clockOffMs(clock.now())) },
    {
      plan,
      dialect,
      settings,
      slowHeart: options.slowHeart ?? 1,
      ready: () => greet(parts()),
      standing: (isUp) => probe.standing(plan.id, isUp),
    },
  );
  const sender = createSender(
    { clock, link, outbox },
    {
      dialect,
      isReady: () => uplink.isReady(),
      order: (queue, now) => interferences.order(queue, now),
      transactionOf: (session) => transactions.get(session) ?? null,
      confirmed: (message, response) => confirmed(parts(), message, response),
      refused: (message) => inside.truth.refused(message),
    },
  );
  return { link, uplink, sender };
}

function isChanged({ options, credentials: { secret, certificate, trusted } }: Parts): boolean {
  return secret !== options.secret || certificate !== null || trusted.length > 0;
}

function truthOf({ options, charger, uplink, outbox, truth }: Parts): ToldTruth {
  const { id, site } = options.plan;
  const faults = charger.outlets.flatMap(({ evse, fault }) => (fault === null ? [] : [{ evse, code: fault }]));
  const queue = outbox.list();
  const listed = truth.list({ outlets: charger.outlets, queue });
  return { charger: id, site, isOnline: uplink.isReady(), faults, ...listed, queued: [...queue] };
}

/** Where it connects, with what it has to sign in with by now. */
function addressOf({ options, credentials }: Parts): ChargerAddress {
  const { url, plan, roots } = options;
  const { secret, certificate: chain, key } = credentials;
  const certificate = chain !== null && key !== null ? { chain, key } : undefined;
  return { url, identity: plan.id, secret, protocol: plan.protocol, roots, certificate };
}

/** The central system listens: it hears all statuses, then what has waited. */
function greet(parts: Parts): void {
  parts.options.onReady?.();
  for (const call of statuses(parts, null)) parts.uplink.say(call);
  void parts.sender.pump();
}

/** Hands on what the charger has to say: statuses at once or not at all, steps of sessions by the outbox. */
function hear(parts: Parts, news: ChargerNews): void {
  const { dialect, uplink, options } = parts;
  if (news.kind === 'status') return uplink.say(dialect.status(news.outlet, news.status, news.at));
  if (news.kind === 'reservation-over') return uplink.say(dialect.reservationOver(news.number, news.how));
  parts.truth.heard(news);
  if (news.kind === 'began') tellNeeds(controlsOf(parts), news.outlet);
  const told = { ...news, at: news.at + parts.interferences.clockOffMs(news.at) };
  const message = dialect.message(told, { plan: options.plan, online: uplink.isReady() });
  if (!message) return;
  for (const dropped of parts.outbox.push(message)) parts.truth.dropped(dropped);
  void parts.sender.pump();
}

/** Notes a confirmation; learns the transaction's name, and ends a session whose token is refused. */
function confirmed(parts: Parts, message: z.infer<typeof outboxMessage>, response: unknown): void {
  const { dialect, transactions, charger, ground } = parts;
  const running = charger.outlets.find((each) => each.session?.id === message.session);
  const given = message.kind === 'began' ? dialect.transactionIn(response) : null;
  if (given !== null) transactions.set(message.session, given);
  if (given !== null && running?.session) running.session.transaction = given;
  const transaction = transactions.get(message.session) ?? (message.seqNo === null ? null : message.session);
  parts.truth.confirmed(message, { transaction, confirmedAt: ground.clock.now(), cost: costIn(response) });
  const { session } = running ?? {};
  if (session) session.group = learn(controlsOf(parts), session.token, response)?.group ?? session.group;
  if (message.kind === 'ended') transactions.delete(message.session);
  if (running && !dialect.lets(response)) {
    stopSession(charger, { evse: running.evse, reason: 'DeAuthorized' }, ground.clock.now());
  }
}

function obey(parts: Parts, action: string, payload: unknown): Answer {
  const handler = Object.hasOwn(parts.dialect.handlers, action) ? parts.dialect.handlers[action] : undefined;
  if (!handler) return { error: 'NotImplemented', description: `${action} is not known to this charger.` };
  // Until it is accepted it serves nobody (OCPP 1.6 §4.2; OCPP 2.0.1 B02.FR.05).
  if (!parts.uplink.isReady() && SERVING.test(action)) return statusOnly('Rejected');
  return handler(payload, controlsOf(parts));
}
