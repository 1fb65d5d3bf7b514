import { z } from 'zod';
import { steadyMs, systemClock } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import { seededRandom } from '#estate/random.ts';
import { isoTime, MINUTE, SECOND } from '#estate/units.ts';
import type { BefallenTarget, Fault } from '../faults/fault.ts';
import { FAULTS } from '../faults/list.ts';
import { inParallel } from '../in-parallel.ts';
import type { Order, Scenario, Stage, StageFault } from '../scenario/scenario.ts';
import type { Target } from '../target.ts';
import { chosen } from './chosen.ts';
import type { Field } from './field.ts';
import { createPacer, type Pacer } from './pacer.ts';
import type { Progress } from './progress.ts';
import { runStages } from './stages.ts';

export interface PerformInput {
  scenario: Scenario;
  field: Field;
  speed: number;
  progress: Progress;
  target: Target;
  befallenTarget: BefallenTarget;
  signal: AbortSignal;
  /** Takes what went wrong that should not have. */
  report: (text: string, peer: string) => void;
}

/** Real time for what is under way on the wires to end, and for a whole fleet to connect at first. */
const PATIENCE_MS = 5 * SECOND;
const FIRST_CONNECT_MS = 120 * SECOND;
const SAMPLE_MS = SECOND;
const ORDERS_AT_ONCE = 50;

/** A charger that is away hears of an order when it is back, within so long. */
const ORDER_HOLDS_MS = 10 * MINUTE;

const order = z.looseObject({ state: z.string() });

/**
 * Lets a scenario happen: everyone connects, the stages with their faults and orders, and what is queued at the end is
 * told. Ends early when the signal is aborted.
 */
export async function perform(input: PerformInput): Promise<void> {
  const { scenario, field, speed, progress, signal } = input;
  const { clock, activity, measure, fleet } = field;
  const pacer = createPacer({ clock, activity }, { speed, stepMs: scenario.stepMs, patienceMs: PATIENCE_MS, signal });
  const takeSample = () => measure.sample(sampleOf(field, pacer));
  progress.watch({
    measure,
    now: () => clock.now(),
    lagS: () => pacer.lagS,
    queued: () => fleet.totals().queued,
    charging: () => fleet.totals().charging,
    gateways: fleet.gateways.length,
  });
  const stopSampling = systemClock.every(SAMPLE_MS, takeSample);
  signal.addEventListener('abort', () => activity.letGo(), { once: true });
  try {
    await connect(input, pacer);
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
      order: (order, stage) => void give(input, order, stage),
    });
    takeSample();
    await drain(input, pacer);
    takeSample();
  } finally {
    stopSampling();
    measure.stage(null);
  }
}

function sampleOf({ fleet, clock }: Field, pacer: Pacer) {
  const { energyWh, ...totals } = fleet.totals();
  return {
    ...totals,
    energyKWh: energyWh / 1_000,
    simulatedAt: clock.now(),
    lagS: pacer.lagS,
    memoryMB: process.memoryUsage.rss() / 1e6,
  };
}

/** Everyone connects before the simulated time begins to pass; who needs more than one attempt does so in it. */
async function connect({ field, progress }: PerformInput, pacer: Pacer): Promise<void> {
  const { fleet, activity, measure, clock } = field;
  progress.phase(`Connecting ${fleet.chargers.length} chargers and ${fleet.gateways.length} gateways`);
  measure.stage('connect');
  await activity.idle(FIRST_CONNECT_MS);
  const isThere = () => measure.connected() === fleet.chargers.length && measure.gateways() === fleet.gateways.length;
  const giveUpAt = steadyMs() + FIRST_CONNECT_MS;
  await pacer.until(clock.now() + FIRST_CONNECT_MS, () => isThere() || steadyMs() > giveUpAt);
}

/** Waits until nothing waits in chargers and gateways, but not for ever. */
async function drain({ scenario, field, progress, signal }: PerformInput, pacer: Pacer): Promise<void> {
  const { fleet, measure, activity } = field;
  if (signal.aborted) return;
  progress.phase('Waiting until chargers and gateways have told all that is queued');
  measure.stage('drain');
  const giveUpAt = steadyMs() + scenario.drainMs;
  const isTold = () => fleet.totals().queued === 0 && measure.connected() === fleet.chargers.length;
  await pacer.until(Number.POSITIVE_INFINITY, () => isTold() || steadyMs() > giveUpAt);
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
  const isSlow = fault.kind === 'network';
  if (isSlow) for (const id of ids) field.activity.hold(id, true);
  const end = fault.begin(
    {
      chargers: field.fleet.chargers.filter(({ id }) => chargers.has(id)),
      gateways: field.fleet.gateways.filter(({ id }) => gateways.has(id)),
      lanes: field.lanesOf(given),
      clock: field.clock,
      random: (of) => seededRandom(`${scenario.seed}/${stage.name}/${number}/${given.fault}/${of}`),
      target: befallenTarget,
      report: (text) => input.report(text, given.fault),
    },
    parameters,
  );
  const told = progress.fault({ stage: stage.name, text: fault.describe(parameters), peers: ids.length });
  return async () => {
    await end();
    if (isSlow) for (const id of ids) field.activity.hold(id, false);
    field.measure.cutEnded();
    told();
  };
}

/** Has an operator order the same of several chargers, as the API lets them. */
async function give(input: PerformInput, { command, on }: Order, stage: Stage): Promise<void> {
  const { scenario, field, target, report } = input;
  const plans = field.fleet.chargers.map(({ plan }) => plan);
  const number = stage.orders.findIndex((each) => each.command === command);
  const until = encodeURIComponent(isoTime(systemClock.now() + ORDER_HOLDS_MS));
  await inParallel(
    chosen(plans, on, `${scenario.seed}/${stage.name}/orders/${number}`),
    ORDERS_AT_ONCE,
    async ({ id }) => {
      const ended = field.activity.probe.begin({ kind: 'call', peer: id, name: 'order' });
      try {
        await target.post(`/v1/chargers/${encodeURIComponent(id)}/commands?until=${until}`, { ...command }, order);
      } catch (error) {
        report(`Order ${String(command['command'])}: ${messageOf(error)}`, id);
      } finally {
        ended({ kind: 'done' });
      }
    },
  );
}
