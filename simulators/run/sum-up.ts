import { systemClock } from '#estate/clock.ts';
import { isoTime, type Millis, SECOND } from '#estate/units.ts';
import type { EstatePlan } from '../estate/plan.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Field } from './field.ts';
import { agrees, judge } from './judge.ts';
import type { ErrorGroups } from './measure/errors.ts';
import type { Progress } from './progress.ts';
import type { RunResult, Verification } from './result.ts';
import type { Timing } from './timing.ts';

/** A run that has come to an end, be it its own. */
export interface Ended {
  scenario: Scenario;
  target: RunResult['target'];
  estate: EstatePlan;
  time: Timing;
  field: Field;
  progress: Progress;
  /** What went wrong beside the wires. */
  errors: ErrorGroups;
  failure: string | null;
  interrupted: boolean;
  verification: Verification | null;
  startedAt: Millis;
}

/** What a run came to. */
export function sumUp(ended: Ended): RunResult {
  const { scenario, target, time, field, progress, errors, failure, interrupted, verification, startedAt } = ended;
  const { name, title, about, seed } = scenario;
  const figures = { ...field.measure.figures(), differences: verification?.found ?? null };
  const stages = field.measure.stages();
  const expectations = judge(scenario, { figures, stages });
  const isWhole = failure === null && !interrupted;
  return {
    version: 1,
    scenario: { name, title, about },
    seed,
    target,
    fleet: sizeOf(ended.estate),
    startedAt: isoTime(startedAt),
    countedFrom: isoTime(systemClock.now() - field.measure.elapsedS() * SECOND),
    endedAt: isoTime(systemClock.now()),
    durationS: progress.elapsedS(),
    simulated: {
      asked: isoTime(time.askedMs),
      from: isoTime(time.startMs),
      to: isoTime(field.clock.now()),
      speed: time.speed,
    },
    interrupted,
    failure,
    unawaited: field.activity.givenUp(),
    stages,
    figures,
    timeline: field.measure.timeline(),
    faults: [...progress.faults],
    expectations,
    errors: [...field.measure.errors(), ...errors.list()].toSorted((one, other) => other.count - one.count),
    verification,
    passed: isWhole && expectations.every(({ held }) => held) && agrees({ verification, expectations }),
  };
}

function sizeOf({ sites, chargers }: EstatePlan): RunResult['fleet'] {
  const devices = sites.flatMap((site) => site.devices);
  return {
    sites: sites.length,
    chargers: chargers.length,
    evses: chargers.reduce((sum, { evses }) => sum + evses, 0),
    gateways: devices.filter(({ type }) => type === 'gateway').length,
    devices: devices.length,
  };
}
