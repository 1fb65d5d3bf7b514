import type { Ground } from '#estate/ground.ts';
import { seededRandom } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import type { Answer } from './calls.ts';
import { admit, type Charger, createCharger, outletAt, sample, statusAt, stopSession, tick } from './charger.ts';
import type { ChargerSettings, Controls, Dialect } from './dialect.ts';
import { createLink, type Link } from './link.ts';
import type { ChargerNews } from './news.ts';
import { outletState } from './outlet.ts';
import { createOutbox, type Outbox, outboxMessage } from './outbox.ts';
import { storedProfile } from './profiles.ts';
import type { Slots } from '../slots.ts';
import { createTruthKeeper, type TruthKeeper } from './truth-keeper.ts';
import type { ChargerTruth } from './truth.ts';
import { createSender, type Sender } from './sender.ts';
import { createUplink, type Uplink } from './uplink.ts';
import { v16 } from './v16.ts';
import { v201 } from './v201.ts';

/** What a charger keeps over a power cut. */
export const stationState = z.object({
  outlets: z.array(outletState),
  profiles: z.array(storedProfile),
  outbox: z.array(outboxMessage),
  /** The central system's names of sessions, by the charger's own. */
  transactions: z.record(z.string(), z.string()),
  settings: z.object({ heartbeatS: z.int(), meterIntervalS: z.int() }),
});

export type StationState = z.infer<typeof stationState>;

export interface StationOptions {
  plan: ChargerPlan;
  url: string;
  secret: string;
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
  /** Lives through past time off line, sampling the meter this often. */
  age(now: Millis, sampleEveryMs: number): void;
  truth(): ChargerTruth;
  snapshot(): StationState;
}

const OUTBOX_BOUND = 1000;
const REBOOT_MS = 5 * SECOND;
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
  truth: TruthKeeper;
  transactions: Map<string, string>;
  settings: ChargerSettings;
  rebootWhenIdle: boolean;
}

export function createStation(deps: { ground: Ground; slots: Slots }, options: StationOptions): Station {
  const parts = assemble(deps, options);
  const { charger, link, uplink, sender, outbox, truth, transactions, settings } = parts;
  return {
    plan: options.plan,
    charger,
    isOnline: () => uplink.isReady(),
    start: () => link.start(),
    stop: () => link.stop(),
    restart: (how, delayMs) => link.restart(how, delayMs),
    present: (evse, token) => present(parts, evse, token),
    tick(now) {
      tick(charger, now, settings.meterIntervalS * SECOND);
      link.tick(now);
      uplink.tick(now);
      if (outbox.size > 0) void sender.pump();
      if (parts.rebootWhenIdle && !charger.outlets.some((each) => each.session)) reboot(parts, 'SoftReset');
    },
    age: (now, sampleEveryMs) => tick(charger, now, sampleEveryMs),
    truth: () => ({ charger: options.plan.id, ...truth.list(charger.outlets), queued: [...outbox.list()] }),
    snapshot: () => ({
      outlets: charger.outlets,
      profiles: charger.profiles,
      outbox: outbox.list(),
      transactions: Object.fromEntries(transactions),
      settings,
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
    { now: options.now, outlets: saved?.outlets, profiles: saved?.profiles },
  );
  const link = createLink(
    { ground, slots },
    { url: options.url, identity: plan.id, secret: options.secret, protocol: plan.protocol },
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
  const truth = createTruthKeeper(options.truthBound);
  const parts: Parts = {
    ground,
    options,
    dialect,
    charger,
    link,
    uplink,
    sender,
    outbox,
    truth,
    transactions,
    settings,
    rebootWhenIdle: false,
  };
  return parts;
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
  parts.truth.heard(news);
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
  parts.truth.confirmed(message, { transaction, confirmedAt: ground.clock.now() });
  if (message.kind === 'ended') transactions.delete(message.session);
  if (running && !dialect.lets(response)) {
    stopSession(charger, { evse: running.evse, reason: 'DeAuthorized' }, ground.clock.now());
  }
}

async function present({ charger, uplink, ground }: Parts, evse: number, token: string): Promise<boolean> {
  const { session } = outletAt(charger, evse);
  if (session?.token === token) {
    stopSession(charger, { evse, reason: 'Local' }, ground.clock.now());
    return true;
  }
  // Off line it trusts the card (AllowOfflineTxForUnknownId): the sale is worth more than the doubt.
  if (session || (uplink.isReady() && (await uplink.authorize(token)) === 'refused')) return false;
  return admit(charger, { evse, driver: { token } }, ground.clock.now());
}

function obey(parts: Parts, action: string, payload: unknown): Answer {
  const handler = Object.hasOwn(parts.dialect.handlers, action) ? parts.dialect.handlers[action] : undefined;
  if (!handler) return { error: 'NotImplemented', description: `${action} is not known to this charger.` };
  return handler(payload, controlsOf(parts));
}

function controlsOf(parts: Parts): Controls {
  const { charger, settings, ground, dialect, uplink, outbox } = parts;
  return {
    charger,
    settings,
    now: () => ground.clock.now(),
    reboot: (reason) => reboot(parts, reason),
    rebootWhenIdle: () => void (parts.rebootWhenIdle = true),
    say(what, evse) {
      if (what === 'boot') void uplink.boot();
      else if (what === 'heartbeat') uplink.say(dialect.heartbeat);
      else if (what === 'status') for (const call of statuses(parts, evse)) uplink.say(call);
      else {
        const outlets = charger.outlets.filter((each) => evse === null || each.evse === evse);
        for (const each of outlets) sample(charger, each, { trigger: 'remote', at: ground.clock.now() });
      }
    },
    hasQueued: (session) => (session === null ? outbox.size > 0 : outbox.has(session)),
  };
}

function reboot(parts: Parts, reason: 'SoftReset' | 'HardReset'): void {
  const { charger, uplink, link, ground } = parts;
  parts.rebootWhenIdle = false;
  for (const { evse } of charger.outlets) stopSession(charger, { evse, reason }, ground.clock.now());
  uplink.mustBoot();
  link.restart('close', REBOOT_MS);
}
