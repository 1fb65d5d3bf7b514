import { seededRandom } from '#estate/random.ts';
import { type Millis, SECOND } from '#estate/units.ts';
import type { ChargerPlan } from '../estate/plan.ts';
import { ownWires, type Wires } from '../wires.ts';
import { doWhatIsDue } from './agenda.ts';
import { learn, present } from './authorization.ts';
import { type Answer, noCalls } from './calls.ts';
import { tellNeeds } from './car-talk.ts';
import { type Charger, createCharger, stopSession, tick } from './charger.ts';
import { controlsOf, reboot, statuses } from './controls.ts';
import { costIn } from './cost.ts';
import { firstCredentials } from './credentials.ts';
import { type Dialect, statusOnly } from './dialect.ts';
import { clockOffMs } from './interference.ts';
import { newLink, tickLink } from './link.ts';
import { mannerOf } from './manner.ts';
import { createMemory } from './memory.ts';
import { isSevere, tellNoticed, watch } from './monitoring.ts';
import type { ChargerNews } from './news.ts';
import { enqueue, type OutboxMessage } from './outbox.ts';
import { pump } from './sender.ts';
import type { Station, StationHearing, StationLife, StationOptions } from './station-parts.ts';
import type { StationState } from './station-state.ts';
import { noTokens } from './tokens.ts';
import type { ToldTruth } from './truth.ts';
import { listNoted, newTruth, noteConfirmed, noteDropped, noteQueued, noteStep } from './truth-keeper.ts';
import { ask, newUplink, say, tickUplink } from './uplink.ts';
import { v16 } from './v16.ts';
import { v201 } from './v201.ts';

export type { Station, StationLife } from './station-parts.ts';

const OUTBOX_BOUND = 1000;
const SERVING = /^(Remote|Request)(Start|Stop)Transaction$/;
const DIALECTS: Record<ChargerPlan['protocol'], Dialect> = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 };

/** A station as planned, or as it was saved; it connects once its link is started. */
export function createStation(shared: Wires, given: StationOptions, life: StationLife): Station {
  const { saved, url, secret } = given;
  const firmware = saved?.firmware ?? given.plan.firmware;
  // Its own, for an update changes its firmware.
  const plan = { ...given.plan, firmware };
  const wires = ownWires(shared, `${life.seed}/${plan.id}/wire/${life.from}`);
  const self = () => station;
  const station: Station = {
    plan,
    charger: createCharger(plan, voiceOf(self), { now: life.from, ...saved }),
    life,
    ground: wires.ground,
    probe: wires.probe,
    dialect: DIALECTS[plan.protocol],
    url,
    firstSecret: secret,
    firstFirmware: firmware,
    interferences: mannerOf(plan),
    link: newLink(wires, self),
    calls: noCalls(),
    uplink: newUplink(),
    sender: { isPumping: false, notBefore: 0 },
    outbox: saved?.outbox ?? [],
    agenda: [],
    memory: createMemory(plan),
    truth: newTruth(life.truthBounds),
    transactions: new Map(Object.entries(saved?.transactions ?? {})),
    settings: saved?.settings ?? { heartbeatS: 300, meterIntervalS: life.meterIntervalS },
    variables: new Map(Object.entries(saved?.variables ?? {})),
    credentials: saved?.credentials ?? firstCredentials(secret),
    tokens: saved?.tokens ?? noTokens(),
    hears: HEARING,
    rebootWhenIdle: false,
  };
  return station;
}

/** What a charger says, and how it names its sessions. */
function voiceOf(station: () => Station): Pick<Charger, 'tell' | 'nameSession'> {
  return {
    tell: (news) => hear(station(), news),
    nameSession({ evse, sessionsSoFar }, now) {
      const { life, plan } = station();
      return seededRandom(`${life.seed}/${plan.id}/${evse}/${sessionsSoFar}/${now}`).text(24);
    },
  };
}

export function isOnline({ uplink }: Station): boolean {
  return uplink.isReady;
}

/** It runs another firmware than when it was brought to life, and is accepted with it. */
export function isUpdated({ uplink, firstFirmware }: Station): boolean {
  return uplink.isReady && (uplink.acceptedWith ?? firstFirmware) !== firstFirmware;
}

/** Shows a card: starts a session, or stops the one it began. False when it was refused. */
export function showCard(station: Station, { evse, token }: { evse: number; token: string }): Promise<boolean> {
  const authorize = () => ask(station, station.dialect.authorize(token));
  return present(controlsOf(station), { evse, token, ask: isOnline(station) ? authorize : null });
}

/** Lets everything in it take a step. */
export function tickStation(station: Station, now: Millis): void {
  const { charger, settings, agenda, memory, outbox } = station;
  tick(charger, now, settings.meterIntervalS * SECOND);
  tickLink(station, now);
  tickUplink(station, now);
  doWhatIsDue(agenda, now);
  const noticed = watch(charger, memory.watching, now);
  if (noticed.length > 0) tellNoticed(controlsOf(station), noticed);
  if (outbox.length > 0) void pump(station);
  if (station.rebootWhenIdle && !charger.outlets.some((each) => each.session)) reboot(station, 'SoftReset');
}

/** Where it is now, as plain JSON; it goes on changing. */
export function stateOf(station: Station): StationState {
  const { charger, plan, tokens, outbox, transactions, settings, variables, credentials } = station;
  const { outlets, profiles, reservations } = charger;
  return {
    outlets,
    profiles,
    reservations,
    tokens,
    outbox,
    transactions: Object.fromEntries(transactions),
    settings,
    variables: Object.fromEntries(variables),
    firmware: plan.firmware,
    // What it was first given need not lie on a disk.
    ...(isChanged(station) ? { credentials } : {}),
  };
}

function isChanged({ firstSecret, credentials: { secret, certificate, trusted } }: Station): boolean {
  return secret !== firstSecret || certificate !== null || trusted.length > 0;
}

export function truthOf({ plan, charger, uplink, outbox, truth, memory, credentials }: Station): ToldTruth {
  const { id, site } = plan;
  const faults = charger.outlets.flatMap(({ evse, fault }) => (fault === null ? [] : [{ evse, code: fault }]));
  const listed = listNoted(truth, { plan, outlets: charger.outlets, queue: outbox });
  const { isReady: isOnline, acceptedWith: firmware } = uplink;
  return {
    charger: id,
    site,
    isOnline,
    firmware,
    faults,
    ...listed,
    isSevere: memory.untold.length > 0 ? null : isSevere(memory.watching),
    isCertified: credentials.certificate !== null || credentials.nextKey !== null,
    queued: [...outbox],
  };
}

const HEARING: StationHearing = {
  /** It hears all statuses, then what has waited. */
  accepted(station) {
    station.life.onReady(station.plan.id);
    for (const call of statuses(station, null)) say(station, call);
    void pump(station);
  },
  confirmed,
  called: obey,
};

/** Hands on what the charger has to say: statuses at once or not at all, steps of sessions by the outbox. */
function hear(station: Station, news: ChargerNews): void {
  const { dialect, plan, outbox, truth, interferences } = station;
  if (news.kind === 'status') return say(station, dialect.status(news.outlet, news.status, news.at));
  if (news.kind === 'reservation-over') return say(station, dialect.reservationOver(news.number, news.how));
  noteStep(truth, news);
  if (news.kind === 'began') tellNeeds(controlsOf(station), news.outlet);
  const told = { ...news, at: news.at + clockOffMs(interferences, news.at) };
  const message = dialect.message(told, { plan, online: isOnline(station) });
  if (!message) return;
  noteQueued(truth, message, news.at);
  for (const dropped of enqueue(outbox, message, OUTBOX_BOUND)) noteDropped(truth, dropped);
  void pump(station);
}

/** Notes a confirmation; learns the transaction's name, and ends a session whose token is refused. */
function confirmed(station: Station, message: OutboxMessage, response: unknown): void {
  const { dialect, transactions, charger, ground, truth } = station;
  const running = charger.outlets.find((each) => each.session?.id === message.session);
  const given = message.kind === 'began' ? dialect.transactionIn(response) : null;
  if (given !== null) transactions.set(message.session, given);
  if (given !== null && running?.session) running.session.transaction = given;
  const transaction = transactions.get(message.session) ?? (message.seqNo === null ? null : message.session);
  noteConfirmed(truth, message, { transaction, confirmedAt: ground.clock.now(), cost: costIn(response) });
  const { session } = running ?? {};
  if (session) session.group = learn(controlsOf(station), session.token, response)?.group ?? session.group;
  if (message.kind === 'ended') transactions.delete(message.session);
  if (running && !dialect.lets(response)) {
    stopSession(charger, { evse: running.evse, reason: 'DeAuthorized' }, ground.clock.now());
  }
}

function obey(station: Station, action: string, payload: unknown): Answer {
  const { handlers } = station.dialect;
  const handler = Object.hasOwn(handlers, action) ? handlers[action] : undefined;
  if (!handler) return { error: 'NotImplemented', description: `${action} is not known to this charger.` };
  // Until it is accepted it serves nobody (OCPP 1.6 §4.2; OCPP 2.0.1 B02.FR.05).
  if (!isOnline(station) && SERVING.test(action)) return statusOnly('Rejected');
  return handler(payload, controlsOf(station));
}
