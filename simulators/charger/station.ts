import type { Ground } from '#estate/ground.ts';
import { seededRandom } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerAddress } from '../charger-socket.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import { createAgenda, type Agenda } from './agenda.ts';
import type { Answer } from './calls.ts';
import { tellNeeds } from './car-talk.ts';
import { type Charger, createCharger, sample, statusAt, stopSession, tick } from './charger.ts';
import { type ChargerSettings, type Controls, type Dialect, statusOnly } from './dialect.ts';
import { type Credentials, firstCredentials } from './credentials.ts';
import { createLink, type Link } from './link.ts';
import { createMemory, type Memory } from './memory.ts';
import { watch } from './monitoring.ts';
import type { ChargerNews } from './news.ts';
import { limitFromOutside, type OutsideLimit } from './outside-limit.ts';
import { createOutbox, type Outbox, outboxMessage } from './outbox.ts';
import type { Slots } from '../slots.ts';
import { createTruthKeeper, type TruthKeeper } from './truth-keeper.ts';
import type { ChargerTruth } from './truth.ts';
import { type KnownTokens, noTokens } from './tokens.ts';
import { learn, present } from './authorization.ts';
import { costIn } from './cost.ts';
import { createSender, type Sender } from './sender.ts';
import type { StationState } from './station-state.ts';
import { createUplink, type Uplink } from './uplink.ts';
import { v16 } from './v16.ts';
import { v201 } from './v201.ts';

export interface StationOptions {
  plan: ChargerPlan;
  url: string;
  secret: string;
  /** The authorities that it trusts behind wss://, PEM. */
  roots?: string | undefined;
  seed: string;
  now: Millis;
  meterIntervalS: number;
  /** How many sessions and confirmations its truth remembers. */
  truthBound: number;
  saved?: StationState | undefined;
  /** The central system has accepted it and listens. */
  onReady?: () => void;
}

/** A charging station at its wire. */
export interface Station {
  readonly plan: ChargerPlan;
  readonly charger: Charger;
  isOnline(): boolean;
  start(): void;
  stop(): Promise<void>;
  /** Closes or cuts the wire; it comes back after the delay. */
  restart(how: 'close' | 'cut', delayMs: number): void;
  /** Shows a card: starts a session, or stops the one it began. False when it was refused. */
  present(evse: number, token: string): Promise<boolean>;
  tick(now: Millis): void;
  /** Sets or lifts a limit at the charger, as an energy manager or the grid does. */
  limitFromOutside(limit: OutsideLimit): void;
  /** Lives through past time off line, sampling the meter this often. */
  age(now: Millis, sampleEveryMs: number): void;
  truth(): ChargerTruth;
  snapshot(): StationState;
}

const OUTBOX_BOUND = 1000;
const REBOOT_MS = 5 * SECOND;
const SERVING = /^(Remote|Request)(Start|Stop)Transaction$/;
const DIALECTS: Record<ChargerPlan['protocol'], Dialect> = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 };

/** The parts of a station, which know each other through it. */
interface Parts {
  ground: Ground;
  options: StationOptions;
  dialect: Dialect;
  charger: Charger;
  link: Link;
  uplink: Uplink;
  sender: Sender;
  outbox: Outbox;
  agenda: Agenda;
  memory: Memory;
  truth: TruthKeeper;
  transactions: Map<string, string>;
  settings: ChargerSettings;
  variables: Map<string, string>;
  credentials: Credentials;
  tokens: KnownTokens;
  rebootWhenIdle: boolean;
}

export function createStation(deps: { ground: Ground; slots: Slots }, given: StationOptions): Station {
  const options = { ...given, plan: { ...given.plan, firmware: given.saved?.firmware ?? given.plan.firmware } };
  const parts = assemble(deps, options);
  const { charger, link, uplink, sender, outbox, truth, transactions, settings } = parts;
  return {
    plan: options.plan,
    charger,
    isOnline: () => uplink.isReady(),
    start: () => link.start(),
    stop: () => link.stop(),
    restart: (how, delayMs) => link.restart(how, delayMs),
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
    truth: () => ({ charger: options.plan.id, ...truth.list(charger.outlets), queued: [...outbox.list()] }),
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

function assemble({ ground, slots }: { ground: Ground; slots: Slots }, options: StationOptions): Parts {
  const { plan, saved } = options;
  const { clock } = ground;
  const settings = saved?.settings ?? { heartbeatS: 300, meterIntervalS: options.meterIntervalS };
  const transactions = new Map(Object.entries(saved?.transactions ?? {}));
  const outbox = createOutbox(OUTBOX_BOUND, saved?.outbox);
  const dialect = DIALECTS[plan.protocol];
  const charger = createCharger(
    plan,
    {
      tell: (news) => hear(parts, news),
      nameSession: ({ evse, sessionsSoFar }, now) =>
        seededRandom(`${options.seed}/${plan.id}/${evse}/${sessionsSoFar}/${now}`).text(24),
    },
    { now: options.now, outlets: saved?.outlets, profiles: saved?.profiles, reservations: saved?.reservations },
  );
  const link = createLink(
    { ground, slots },
    { identity: plan.id, address: () => addressOf(parts) },
    {
      opened: () => uplink.opened(),
      closed() {
        uplink.closed();
        sender.reset();
      },
      called: (action, payload) => obey(parts, action, payload),
    },
  );
  const uplink = createUplink({ clock, link }, { plan, dialect, settings, ready: () => greet(parts) });
  const sender = createSender(
    { clock, link, outbox },
    {
      dialect,
      isReady: () => uplink.isReady(),
      transactionOf: (session) => transactions.get(session) ?? null,
      confirmed: (message, response) => confirmed(parts, message, response),
      refused: (message) => parts.truth.refused(message),
    },
  );
  const parts: Parts = {
    ground,
    options,
    dialect,
    charger,
    link,
    uplink,
    sender,
    outbox,
    agenda: createAgenda(),
    memory: createMemory(plan),
    truth: createTruthKeeper(options.truthBound),
    transactions,
    settings,
    variables: new Map(Object.entries(saved?.variables ?? {})),
    credentials: saved?.credentials ?? firstCredentials(options.secret),
    tokens: saved?.tokens ?? noTokens(),
    rebootWhenIdle: false,
  };
  return parts;
}

function isChanged({ options, credentials: { secret, certificate, trusted } }: Parts): boolean {
  return secret !== options.secret || certificate !== null || trusted.length > 0;
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
  const message = dialect.message(news, { plan: options.plan, online: uplink.isReady() });
  if (!message) return;
  parts.outbox.push(message);
  void parts.sender.pump();
}

function statuses({ charger, dialect, ground }: Parts, evse: number | null) {
  const now = ground.clock.now();
  const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
  const station = evse === null ? [dialect.status(null, 'Available', now)] : [];
  return [...station, ...outlets.map((each) => dialect.status(each, statusAt(charger, each, now), now))];
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

function controlsOf(parts: Parts): Controls {
  const { charger, settings, ground, dialect, uplink, outbox } = parts;
  return {
    charger,
    settings,
    variables: parts.variables,
    memory: parts.memory,
    credentials: parts.credentials,
    tokens: parts.tokens,
    reconnect: (delayMs) => parts.link.restart('close', delayMs),
    now: () => ground.clock.now(),
    reboot: (reason) => reboot(parts, reason),
    rebootWhenIdle: () => void (parts.rebootWhenIdle = true),
    say(what, evse) {
      if (what === 'boot') void uplink.boot();
      else if (what === 'heartbeat') void uplink.ask(dialect.heartbeat, { isInstructed: true });
      else if (what === 'status') {
        for (const call of statuses(parts, evse)) if (call) void uplink.ask(call, { isInstructed: true });
      } else {
        const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
        for (const each of outlets) sample(charger, each, { trigger: 'remote', at: ground.clock.now() });
      }
    },
    send: (call, how) => uplink.ask(call, how),
    after: (delayMs, act) => parts.agenda.at(ground.clock.now() + delayMs, act),
    hasQueued: (session) => (session === null ? outbox.size > 0 : outbox.has(session)),
  };
}

function reboot(parts: Parts, reason: 'SoftReset' | 'HardReset'): void {
  const { charger, uplink, link, ground } = parts;
  parts.rebootWhenIdle = false;
  parts.agenda.clear();
  for (const { evse } of charger.outlets) stopSession(charger, { evse, reason }, ground.clock.now());
  uplink.mustBoot();
  link.restart('close', REBOOT_MS);
}
