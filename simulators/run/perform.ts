import { steadyMs, systemClock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { isoTime, type Millis, SECOND } from '#estate/units.ts';
import type { BefallenTarget, Fault } from '../faults/fault.ts';
import { FAULTS } from '../faults/list.ts';
import { inRome } from '../report/format.ts';
import type { Scenario, Stage, StageFault } from '../scenario/scenario.ts';
import type { Target } from '../target.ts';
import { whenAborted } from './aborted.ts';
import type { Field } from './field.ts';
import { createGridWatch } from './grid-watch.ts';
import { nobodyCame } from './nobody.ts';
import { createOrders, type Orders } from './orders.ts';
import { createPacer, type Pace, type Pacer } from './pacer.ts';
import type { Progress } from './progress.ts';
import { runStages } from './stages.ts';

export interface PerformInput {
  scenario: Scenario;
  field: Field;
  /** The time of the platform, and what the simulated time keeps pace with. */
  platformNow: () => Millis;
  pace: Pace;
  /** Nobody else lives by that pace: it may begin once everyone is connected. */
  isFree: boolean;
  progress: Progress;
  target: Target;
  befallenTarget: BefallenTarget;
  signal: AbortSignal;
  /** Takes what went wrong that should not have. */
  report: (text: string, peer: string) => void;
}

/** Real time for what is under way on the wires to end, and for a whole fleet to connect at first. */
const PATIENCE_MS = 5 * SECOND;
export const FIRST_CONNECT_MS = 120 * SECOND;
/** Where nobody at all came within so long, nobody will. */
const HOPELESS_MS = 15 * SECOND;
const SAMPLE_MS = SECOND;

/**
 * Lets a scenario happen: everyone connects, the stages with their faults and orders, and what is queued at the end is
 * told. Ends early when the signal is aborted.
 *
 * @throws PolisError `unavailable` when nobody can connect at first.
 */
export async function perform(input: PerformInput): Promise<void> {
  const { scenario, field, pace, progress, signal } = input;
  const { clock, activity, measure, fleet } = field;
  const pacer = createPacer(
    { clock, activity },
    { pace, stepMs: scenario.stepMs, patienceMs: PATIENCE_MS, signal, ...watchOf(input) },
  );
  const orders = createOrders({ ...input, now: input.platformNow });
  /** Before everyone is connected, and after the last stage, nobody is behind. */
  let isTimed = !input.isFree;
  const lagS = () => (isTimed ? pacer.lagS : 0);
  const takeSample = () => measure.sample(sampleOf(field, lagS()));
  progress.watch({
    measure,
    now: () => clock.now(),
    lagS,
    queued: () => fleet.totals().queued,
    charging: () => fleet.totals().charging,
    gateways: fleet.gateways.length,
    connections: scenario.fleet.connections,
  });
  const stopSampling = systemClock.every(SAMPLE_MS, takeSample);
  signal.addEventListener('abort', () => activity.letGo(), { once: true });
  try {
    await connect(input, pacer);
    isTimed = true;
    await runStages(scenario, {
      now: () => clock.now(),
      async until(at) {
        await pacer.until(at);
        return !signal.aborted;
      },
      began(stage, number) {
        takeSample();
        measure.stage(stage.name);
        const { name, forMs } = stage;
        progress.stage({ name, number: number + 1, of: scenario.stages.length, fromMs: clock.now(), forMs });
      },
      fault: (fault, stage) => beginFault(input, fault, stage),
      order: (order, stage) => void orders.give(order, stage),
    });
    takeSample();
    await drain(input, { pacer, orders });
    takeSample();
  } finally {
    isTimed = false;
    stopSampling();
    measure.stage(null);
  }
}

/** Grid connections are looked at after each step, where they limit. */
function watchOf({ scenario, field: { fleet, clock, measure } }: PerformInput): { stepped?: () => void } {
  if (scenario.estate.grid === 'unlimited') return {};
  const gridLoads = () => fleet.gridLoads();
  return {
    stepped: createGridWatch({ gridLoads, now: () => clock.now() }, (ms, worst) => measure.overload(ms, worst)),
  };
}

function sampleOf({ fleet, clock }: Field, lagS: number) {
  const { energyWh, ...totals } = fleet.totals();
  return {
    ...totals,
    energyKWh: energyWh / 1_000,
    simulatedAt: clock.now(),
    lagS,
    memoryMB: process.memoryUsage.rss() / 1e6,
  };
}

/** Everyone connects before the simulated time begins to pass; who needs more than one attempt does so in it. */
async function connect(input: PerformInput, pacer: Pacer): Promise<void> {
  const { scenario, field, progress, isFree, befallenTarget, signal } = input;
  const { fleet, activity, measure, clock } = field;
  const { connections } = scenario.fleet;
  const begins = isFree ? '' : `; where the platform lives it is ${inRome(isoTime(clock.now()))} in Rome`;
  progress.phase(`Connecting ${fleet.size} chargers and ${fleet.gateways.length} ${connections}${begins}`);
  measure.stage('connect');
  await activity.idle(FIRST_CONNECT_MS);
  if (isFree) pacer.forgive();
  const isThere = () => measure.connected() === fleet.size && measure.gateways() === fleet.gateways.length;
  const nobody = () => nobodyCame(field, { ...befallenTarget, connections });
  const sinceMs = steadyMs();
  await pacer.until(clock.now() + FIRST_CONNECT_MS, () => {
    const tookMs = steadyMs() - sinceMs;
    return isThere() || tookMs > FIRST_CONNECT_MS || (tookMs > HOPELESS_MS && nobody() !== null);
  });
  const unreachable = signal.aborted ? null : nobody();
  if (unreachable) throw unreachable;
}

/** Waits until nothing waits in chargers and gateways, but not for ever. */
async function drain(
  { scenario, field, progress, signal }: PerformInput,
  { pacer, orders }: { pacer: Pacer; orders: Orders },
): Promise<void> {
  const { fleet, measure, activity } = field;
  if (signal.aborted) return;
  progress.phase(`Waiting until chargers and ${scenario.fleet.connections} have told all that is queued`);
  measure.stage('drain');
  const giveUpAt = steadyMs() + scenario.drainMs;
  const isTold = () => fleet.totals().queued === 0 && measure.connected() === fleet.size;
  await pacer.until(Number.POSITIVE_INFINITY, () => isTold() || steadyMs() > giveUpAt);
  await Promise.race([orders.settle(), whenAborted(signal)]);
  await activity.idle(PATIENCE_MS);
}

function beginFault(input: PerformInput, given: StageFault, stage: Stage): () => Promise<void> {
  const { scenario, field, progress, befallenTarget } = input;
  const fault: Fault | undefined = FAULTS.find(({ name }) => name === given.fault);
  if (!fault) return () => Promise.resolve();
  const { chargers, gateways } = field.befallen(given);
  const { parameters } = given;
  const number = stage.faults.indexOf(given);
  const ids = [...chargers, ...gateways];
  const hold = (isHeld: boolean) => {
    if (fault.kind !== 'network') return;
    for (const id of ids) {
      field.activity.hold(id, isHeld);
      field.measure.hold(id, isHeld);
    }
  };
  hold(true);
  const end = fault.begin(
    {
      chargers: field.fleet.chargers.filter(({ id }) => chargers.has(id)),
      gateways: field.fleet.gateways.filter(({ id }) => gateways.has(id)),
      lanes: field.lanesOf(given),
      clock: field.clock,
      random: (of) => seededRandom(`${scenario.seed}/${stage.name}/${number}/${given.fault}/${of}`),
      target: befallenTarget,
      came: (stranger) => field.measure.stranger(stranger),
      report(text) {
        field.measure.unmet();
        input.report(text, given.fault);
      },
    },
    parameters,
  );
  const told = progress.fault({ stage: stage.name, text: fault.describe(parameters), peers: ids.length });
  return async () => {
    await end();
    hold(false);
    if (fault.severs) field.measure.cutEnded();
    told();
  };
}
