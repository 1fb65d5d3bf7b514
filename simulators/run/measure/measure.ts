import { isoTime, type Millis, MINUTE } from '#estate/units.ts';
import type { Outcome, Probe, Undertaking } from '../../probe.ts';
import type { Figures } from '../figures.ts';
import type { RunResult, StageResult, TimelinePoint } from '../result.ts';
import { createErrorGroups, type ErrorGroups } from './errors.ts';
import { quantileMs, record } from './histogram.ts';
import { createMuster, type Muster } from './muster.ts';
import { addTally, clearTally, createTally, type Tally } from './tally.ts';
import { createTimeline, type Moment } from './timeline.ts';

export interface MeasureOptions {
  /** Milliseconds of a steady clock (estate/clock.ts). */
  steadyMs: () => number;
  /** The ids of the fleet's chargers; every other peer is a gateway. */
  chargers: Iterable<string>;
  /** How many gateways the fleet has. Without any, nothing is measured of their messages. */
  gateways: number;
  /** Whether its sites have grid connections with limits; else nothing is measured of them. */
  hasGridLimits?: boolean;
  /** Whether an operator orders anything in it; else nothing is told of that. */
  hasOrders?: boolean;
  /** How many kinds of strangers are to come; where none is, nobody says how they were met. */
  strangers?: number;
}

/** What the wires do not tell, as it is now; sessions, energy and points are sums since the start. */
export interface Sample {
  simulatedAt: Millis;
  charging: number;
  sessionsBegun: number;
  sessionsEnded: number;
  energyKWh: number;
  /** Measured points that were acknowledged. */
  points: number;
  /** Messages that wait in chargers and gateways. */
  queued: number;
  /** Chargers that run another firmware than they began with. */
  updated: number;
  lagS: number;
  memoryMB: number;
}

/** Makes the figures and the timeline of a run out of what a fleet does. */
export interface Measure {
  readonly probe: Probe;
  /** Real time since it began, s: from where stages, timeline and faults are counted. */
  elapsedS(): number;
  /** Ends the stage that runs, as the newest sample left it, and begins the next; null: none. */
  stage(name: string | null): void;
  /** The fault that kept peers away has ended. */
  cutEnded(): void;
  /** The network of a peer is bad on purpose: that it cannot connect is no error. Each hold needs a release. */
  hold(peer: string, isHeld: boolean): void;
  /** An operator gave a command, or what came of one is no good. */
  order(what: 'given' | 'refused'): void;
  /** A stranger came, known by its name. */
  stranger(name: string): void;
  /** A stranger was not met as it must be. */
  unmet(): void;
  /** Sites drew too much for so long, added up over them, ms; one of them this share beyond its limit. */
  overload(siteMs: number, worst: number): void;
  /** Adds a point to the timeline: each second, at the end of a stage and at the end of the run. */
  sample(now: Sample): void;
  connected(): number;
  gateways(): number;
  /** Of the whole run until now. `differences` is null: only verification knows. */
  figures(): Figures;
  /** The stages until now, the one that runs among them. */
  stages(): StageResult[];
  timeline(): TimelinePoint[];
  latest(): TimelinePoint | undefined;
  errors(): RunResult['errors'];
}

/** A stage or the whole run: what was counted in it, and what stood at its begin. */
interface Period {
  fromMs: number;
  toMs: number | null;
  tally: Tally;
  before: Sample | null;
  most: { lagS: number; memoryMB: number } | null;
}

export function createMeasure(options: MeasureOptions): Measure {
  const { steadyMs, chargers } = options;
  const ids = new Set(chargers);
  const muster = createMuster(ids, steadyMs);
  const errors = createErrorGroups();
  const holds = new Map<string, number>();
  const timeline = createTimeline();
  const lately = createTally();
  const startMs = steadyMs();
  const run = period(startMs, null);
  const done: StageResult[] = [];
  let current: { name: string; period: Period } | null = null;
  let newest: Sample | null = null;

  const flush = () => {
    for (const each of [run, current?.period]) if (each) addTally(each.tally, lately);
    timeline.add(lately);
    clearTally(lately);
  };
  const figuresOf = (of: Period) => {
    flush();
    return figures(of, { newest, fleet: { ...options, muster, chargers: ids.size }, nowMs: steadyMs() });
  };
  const secondsTo = (atMs: number) => (atMs - startMs) / 1000;
  const resultOf = ({ name, period: of }: { name: string; period: Period }): StageResult => {
    return { name, fromS: secondsTo(of.fromMs), toS: secondsTo(of.toMs ?? steadyMs()), figures: figuresOf(of) };
  };
  return {
    elapsedS: () => secondsTo(steadyMs()),
    probe: probeInto(lately, { muster, errors, steadyMs, isHeld: (peer) => (holds.get(peer) ?? 0) > 0 }),
    stage(name) {
      if (current) {
        current.period.toMs = steadyMs();
        done.push(resultOf(current));
      }
      flush();
      current = name === null ? null : { name, period: period(steadyMs(), newest) };
    },
    cutEnded: () => muster.cutEnded(),
    hold: (peer, isHeld) => void holds.set(peer, (holds.get(peer) ?? 0) + (isHeld ? 1 : -1)),
    ...countersInto(lately),
    sample(now) {
      flush();
      newest = now;
      for (const each of [run, current?.period]) if (each) each.most = greater(each.most, now);
      timeline.mark(secondsTo(steadyMs()), momentOf(now, { muster, tally: run.tally }));
    },
    connected: () => muster.connected(),
    gateways: () => muster.gateways(),
    figures: () => figuresOf(run),
    stages: () => (current ? [...done, resultOf(current)] : [...done]),
    timeline: () => timeline.points(),
    latest: () => timeline.latest(),
    errors: () => errors.list(),
  };
}

function period(fromMs: number, before: Sample | null): Period {
  return { fromMs, toMs: null, tally: createTally(), before, most: null };
}

function greater(most: Period['most'], now: Sample): Period['most'] {
  return { lagS: Math.max(most?.lagS ?? 0, now.lagS), memoryMB: Math.max(most?.memoryMB ?? 0, now.memoryMB) };
}

function momentOf(now: Sample, { muster, tally }: { muster: Muster; tally: Tally }): Moment {
  const { simulatedAt, charging, memoryMB, lagS } = now;
  const errors = tally.callErrors + tally.callsLost + tally.publishesLost;
  return { simulatedAt: isoTime(simulatedAt), connected: muster.connected(), charging, errors, memoryMB, lagS };
}

function countersInto(tally: Tally): Pick<Measure, 'order' | 'stranger' | 'unmet' | 'overload'> {
  return {
    order: (what) => void (tally[what === 'given' ? 'orders' : 'ordersRefused'] += 1),
    stranger(name) {
      tally.strangers += 1;
      tally.strangerKinds.add(name);
    },
    unmet: () => void (tally.unmet += 1),
    overload(siteMs, worst) {
      tally.overloadMs += siteMs;
      tally.worstOverload = Math.max(tally.worstOverload, worst);
    },
  };
}

function probeInto(
  tally: Tally,
  {
    muster,
    errors,
    steadyMs,
    isHeld,
  }: { muster: Muster; errors: ErrorGroups; steadyMs: () => number; isHeld: (peer: string) => boolean },
): Probe {
  return {
    begin(what) {
      const sinceMs = steadyMs();
      return (outcome) => {
        count(tally, { what, outcome, tookMs: steadyMs() - sinceMs });
        const isMeant = what.kind === 'connect' && isHeld(what.peer);
        if (outcome.kind === 'error' && !isMeant) errors.add(`${what.name}: ${outcome.error}`, what.peer);
      };
    },
    standing: (peer, isUp) => muster.standing(peer, isUp),
    asked: () => void (tally.asked += 1),
  };
}

function count(tally: Tally, ended: { what: Undertaking; outcome: Outcome; tookMs: number }): void {
  const { what, outcome, tookMs } = ended;
  if (what.kind === 'connect') {
    if (outcome.kind !== 'done') tally.handshakesFailed += 1;
  } else if (what.kind === 'publish') {
    if (outcome.kind === 'done') record(tally.publishes, tookMs);
    else tally.publishesLost += 1;
  } else if (outcome.kind === 'lost') {
    tally.callsLost += 1;
  } else {
    record(tally.calls, tookMs);
    if (outcome.kind === 'error') tally.callErrors += 1;
  }
}

interface FleetNow extends Pick<MeasureOptions, 'gateways' | 'hasGridLimits' | 'hasOrders' | 'strangers'> {
  muster: Muster;
  chargers: number;
}

function figures(
  { tally, before, most, fromMs, toMs }: Period,
  { newest, fleet, nowMs }: { newest: Sample | null; fleet: FleetNow; nowMs: number },
): Figures {
  const seconds = ((toMs ?? nowMs) - fromMs) / 1000;
  const rate = (count: number) => (seconds > 0 ? count / seconds : null);
  const since = (sum: 'sessionsBegun' | 'sessionsEnded' | 'energyKWh' | 'points') =>
    newest && newest[sum] - (before?.[sum] ?? 0);
  const { muster, gateways, hasGridLimits, hasOrders, strangers = 0 } = fleet;
  const ofGateways = (value: number | null) => (gateways > 0 ? value : null);
  const { calls, publishes } = tally;
  return {
    chargers: fleet.chargers,
    connected: muster.connected(),
    gateways: ofGateways(muster.gateways()),
    reconnected: muster.reconnectedS(fromMs),
    charging: newest?.charging ?? null,
    'sessions.begun': since('sessionsBegun'),
    'sessions.ended': since('sessionsEnded'),
    energy: since('energyKWh'),
    calls: calls.count,
    'calls.rate': rate(calls.count),
    'calls.p50': quantileMs(calls, 0.5),
    'calls.p95': quantileMs(calls, 0.95),
    'calls.p99': quantileMs(calls, 0.99),
    'calls.max': calls.count > 0 ? calls.maxMs : null,
    'calls.errors': tally.callErrors,
    'calls.lost': tally.callsLost,
    publishes: ofGateways(publishes.count),
    'publishes.rate': ofGateways(rate(publishes.count)),
    'publishes.p95': ofGateways(quantileMs(publishes, 0.95)),
    'publishes.lost': ofGateways(tally.publishesLost),
    points: ofGateways(since('points')),
    asked: tally.asked,
    orders: hasOrders ? tally.orders : null,
    'orders.refused': hasOrders ? tally.ordersRefused : null,
    updated: hasOrders && newest ? newest.updated : null,
    ...(strangers > 0 ? strangersIn(tally, strangers) : NO_STRANGERS),
    overloads: hasGridLimits ? tally.overloadMs / MINUTE : null,
    'overloads.worst': hasGridLimits ? 100 * tally.worstOverload : null,
    'handshakes.failed': tally.handshakesFailed,
    queued: newest?.queued ?? null,
    differences: null,
    lag: most?.lagS ?? null,
    memory: most?.memoryMB ?? null,
  };
}

const NO_STRANGERS = { strangers: null, 'strangers.kinds': null, 'strangers.came': null, unmet: null };

/** Where none came, there is nothing to be said of how they were met. */
function strangersIn({ strangers: came, strangerKinds, unmet }: Tally, kinds: number) {
  const isKnown = came > 0 || unmet > 0;
  return {
    strangers: kinds,
    'strangers.kinds': strangerKinds.size,
    'strangers.came': came,
    unmet: isKnown ? unmet : null,
  };
}
