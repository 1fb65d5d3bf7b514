import { isoTime, type Millis } from '#estate/units.ts';
import type { Outcome, Probe, Undertaking } from '../../probe.ts';
import type { Figures } from '../figures.ts';
import type { RunResult, StageResult, TimelinePoint } from '../result.ts';
import { createErrorGroups, type ErrorGroups } from './errors.ts';
import { quantileMs, record } from './histogram.ts';
import { createMuster, type Muster } from './muster.ts';
import { addTally, clearTally, createTally, type Tally } from './tally.ts';
import { createTimeline } from './timeline.ts';

export interface MeasureOptions {
  /** Milliseconds of a steady clock (estate/clock.ts). */
  steadyMs: () => number;
  /** The ids of the fleet's chargers; every other peer is a gateway. */
  chargers: Iterable<string>;
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
  lagS: number;
  memoryMB: number;
}

/** Makes the figures and the timeline of a run out of what a fleet does. */
export interface Measure {
  readonly probe: Probe;
  /** Ends the stage that runs, as the newest sample left it, and begins the next; null: none. */
  stage(name: string | null): void;
  /** The fault that kept peers away has ended. */
  cutEnded(): void;
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

export function createMeasure({ steadyMs, chargers }: MeasureOptions): Measure {
  const ids = new Set(chargers);
  const muster = createMuster(ids, steadyMs);
  const errors = createErrorGroups();
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
    return figures(of, { newest, muster, chargers: ids.size, nowMs: steadyMs() });
  };
  const secondsTo = (atMs: number) => (atMs - startMs) / 1000;
  const resultOf = ({ name, period: of }: { name: string; period: Period }): StageResult => {
    return { name, fromS: secondsTo(of.fromMs), toS: secondsTo(of.toMs ?? steadyMs()), figures: figuresOf(of) };
  };
  return {
    probe: probeInto(lately, { muster, errors, steadyMs }),
    stage(name) {
      if (current) {
        current.period.toMs = steadyMs();
        done.push(resultOf(current));
      }
      flush();
      current = name === null ? null : { name, period: period(steadyMs(), newest) };
    },
    cutEnded: () => muster.cutEnded(),
    sample(now) {
      flush();
      newest = now;
      for (const each of [run, current?.period]) if (each) each.most = greater(each.most, now);
      const { simulatedAt, charging, memoryMB, lagS } = now;
      const { callErrors, callsLost, publishesLost } = run.tally;
      timeline.mark(secondsTo(steadyMs()), {
        simulatedAt: isoTime(simulatedAt),
        connected: muster.connected(),
        charging,
        errors: callErrors + callsLost + publishesLost,
        memoryMB,
        lagS,
      });
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

function probeInto(
  tally: Tally,
  { muster, errors, steadyMs }: { muster: Muster; errors: ErrorGroups; steadyMs: () => number },
): Probe {
  return {
    begin(what) {
      const sinceMs = steadyMs();
      return (outcome) => {
        count(tally, { what, outcome, tookMs: steadyMs() - sinceMs });
        if (outcome.kind === 'error') errors.add(`${what.name}: ${outcome.error}`, what.peer);
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

function figures(
  { tally, before, most, fromMs, toMs }: Period,
  { newest, muster, chargers, nowMs }: { newest: Sample | null; muster: Muster; chargers: number; nowMs: number },
): Figures {
  const seconds = ((toMs ?? nowMs) - fromMs) / 1000;
  const rate = (count: number) => (seconds > 0 ? count / seconds : null);
  const since = (sum: 'sessionsBegun' | 'sessionsEnded' | 'energyKWh' | 'points') =>
    newest && newest[sum] - (before?.[sum] ?? 0);
  const { calls, publishes } = tally;
  return {
    chargers,
    connected: muster.connected(),
    gateways: muster.gateways(),
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
    publishes: publishes.count,
    'publishes.rate': rate(publishes.count),
    'publishes.p95': quantileMs(publishes, 0.95),
    'publishes.lost': tally.publishesLost,
    points: since('points'),
    asked: tally.asked,
    'handshakes.failed': tally.handshakesFailed,
    queued: newest?.queued ?? null,
    differences: null,
    lag: most?.lagS ?? null,
    memory: most?.memoryMB ?? null,
  };
}
