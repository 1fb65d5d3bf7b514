import { steadyMs, systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { EstatePlan } from '../estate/plan.ts';
import { polisEstate } from '../estate/polis.ts';
import type { BefallenTarget } from '../faults/fault.ts';
import { provisionEstate } from '../provision.ts';
import type { ScreenPlace } from '../report/screen.ts';
import { watchRun } from '../report/watch.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import { resolveStart } from '../scenario/start.ts';
import { secretsFrom } from '../secrets.ts';
import { createTarget, type Target } from '../target.ts';
import { sessionsOf, verifyTruth } from '../verify/verify.ts';
import { bringToLife, type Field } from './field.ts';
import { judge } from './judge.ts';
import { createErrorGroups, type ErrorGroups } from './measure/errors.ts';
import { perform } from './perform.ts';
import { createProgress, type Progress } from './progress.ts';
import type { RunResult, Verification } from './result.ts';
import { fieldTruth, type FieldTruth } from './truth.ts';

export interface RunInput {
  scenario: Scenario;
  api: string;
  key: string;
  /** Over that of the scenario. */
  speed?: number | undefined;
  startMs?: Millis | undefined;
  /** Ends the run early. */
  signal: AbortSignal;
  /** Where it is watched. */
  place: ScreenPlace;
  /** Makes each commit of the platform slower; null: the platform is not ours. */
  delayCommits: BefallenTarget['delayCommits'];
}

/** What a run leaves. */
export interface RunOutcome {
  result: RunResult;
  truth: FieldTruth;
  /** Ids of the sessions that the platform had of these chargers before. */
  before: ReadonlySet<string>;
}

const info = z.object({ version: z.string(), ocppUrl: z.string(), mqttUrl: z.string() });

type Known = { info: z.infer<typeof info>; target: Target; estate: EstatePlan; startMs: Millis; speed: number };

/**
 * Runs a scenario against an instance: registers the estate, brings it to life, lets things happen, and holds the truth
 * of the field against what the instance says. What goes wrong on the way stands in the result.
 *
 * @throws PolisError `unavailable` when the instance cannot be reached at first, `invalid` when it refuses the estate,
 *   `conflict` when it is stopped before the field is there.
 */
export async function runScenario(input: RunInput): Promise<RunOutcome> {
  const { scenario, api, key, signal } = input;
  const startedAt = systemClock.now();
  const target = createTarget({ url: api, key });
  const speed = input.speed ?? scenario.speed;
  const estate = estateOf(scenario);
  const progress = createProgress({
    title: scenario.title,
    seed: scenario.seed,
    api,
    chargers: estate.chargers.length,
    steadyMs,
  });
  progress.phase('Looking for the platform');
  const watch = watchRun(systemClock, input.place, () => progress.view());
  await using ended = new AsyncDisposableStack();
  ended.defer(() => watch.stop());
  const startMs = input.startMs ?? resolveStart(scenario.start, startedAt, lengthOf(scenario));
  const known: Known = { info: await target.get('/v1/info', info), target, estate, startMs, speed };
  const secrets = secretsFrom(`${key}/${scenario.seed}`);
  await register(input, { known, progress, secrets });
  const before = await knownSessions(known);

  const { ocppUrl, mqttUrl } = known.info;
  const field = await bringToLife({
    scenario,
    estate,
    ways: { ocppUrl, mqttUrl },
    startMs,
    speed,
    secrets,
    log: silentLog,
  });
  ended.defer(() => leave(field));
  const errors = createErrorGroups();
  const failure = await performed(input, { known, field, progress, errors });
  const truth = fieldTruth(field.fleet, { seed: scenario.seed, from: startMs, to: field.clock.now() });
  const isWhole = failure === null && !signal.aborted;
  const verification = isWhole ? await verified(truth, { known, field, progress, before, signal }) : null;
  const result = resultOf(input, { known, field, progress, errors, failure, verification, startedAt });
  return { result, truth, before };
}

/** The estate that a scenario wants. */
export function estateOf({ seed, estate, fleet }: Scenario): EstatePlan {
  const plan = polisEstate({ seed, sites: estate.sites, chargers: estate.chargers, manners: fleet.manners });
  return estate.devices ? plan : { ...plan, sites: plan.sites.map((site) => ({ ...site, devices: [] })) };
}

interface Under {
  known: Known;
  field: Field;
  progress: Progress;
}

async function register(
  { scenario, api, key, signal }: RunInput,
  { known, progress, secrets }: { known: Known; progress: Progress; secrets: (id: string) => string },
): Promise<void> {
  const what = `${known.estate.sites.length} sites with what stands in them`;
  progress.phase(`Registering ${what}`);
  await provisionEstate(known.estate, {
    api,
    key,
    secrets,
    unlimited: scenario.estate.grid === 'unlimited',
    progress(done, total) {
      if (signal.aborted) throw stopped();
      progress.phase(`Registering ${what}: ${Math.floor((100 * done) / total)} %`);
    },
  });
}

/** The sessions that the platform has of these chargers already. */
async function knownSessions({ estate, target }: Known): Promise<Set<string>> {
  const rows = await sessionsOf(
    estate.chargers.map(({ id: charger }) => ({ charger })),
    target,
  );
  return new Set([...rows.values()].flat().map(({ id }) => id));
}

/** Lets the scenario happen; what broke it off, or null. */
async function performed(input: RunInput, under: Under & { errors: ErrorGroups }): Promise<string | null> {
  const { scenario, api, key, signal, delayCommits } = input;
  const { known, field, progress, errors } = under;
  const [site] = known.estate.sites;
  const { ocppUrl, mqttUrl } = known.info;
  const befallenTarget = { api, key, ocppUrl, mqttUrl, mqttRoot: 'estate/v1', site: site?.id ?? '', delayCommits };
  try {
    await perform({
      scenario,
      field,
      speed: known.speed,
      progress,
      target: known.target,
      befallenTarget,
      signal,
      report: (text, peer) => errors.add(text, peer),
    });
    return null;
  } catch (error) {
    if (error instanceof PolisError) return messageOf(error);
    throw error;
  }
}

function stopped(): PolisError {
  return new PolisError('conflict', 'The run was stopped before its field was there; there is nothing to report.');
}

/** Null: the run was stopped meanwhile. */
async function verified(
  truth: FieldTruth,
  { known, field, progress, before, signal }: Under & { before: ReadonlySet<string>; signal: AbortSignal },
): Promise<Verification | null> {
  progress.phase("Holding the platform's records against what happened in the field");
  const options = { now: systemClock.now(), before, attendance: field.attendance };
  return Promise.race([verifyTruth(truth, known.target, options), whenAborted(signal).then(() => null)]);
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

interface Ended extends Under {
  errors: ErrorGroups;
  failure: string | null;
  verification: Verification | null;
  startedAt: Millis;
}

function resultOf({ scenario, api, signal }: RunInput, ended: Ended): RunResult {
  const { known, field, progress, errors, failure, verification, startedAt } = ended;
  const { name, title, about, seed } = scenario;
  const { sites, chargers } = known.estate;
  const figures = { ...field.measure.figures(), differences: verification?.found ?? null };
  const stages = field.measure.stages();
  const expectations = judge(scenario, { figures, stages });
  const isWhole = failure === null && !signal.aborted;
  return {
    version: 1,
    scenario: { name, title, about },
    seed,
    target: { api, version: known.info.version },
    fleet: {
      sites: sites.length,
      chargers: chargers.length,
      evses: chargers.reduce((sum, { evses }) => sum + evses, 0),
      gateways: field.fleet.gateways.length,
      devices: sites.reduce((sum, { devices }) => sum + devices.length, 0),
    },
    startedAt: isoTime(startedAt),
    endedAt: isoTime(systemClock.now()),
    durationS: progress.elapsedS(),
    simulated: { from: isoTime(known.startMs), to: isoTime(field.clock.now()), speed: known.speed },
    interrupted: signal.aborted,
    failure,
    stages,
    figures,
    timeline: field.measure.timeline(),
    faults: [...progress.faults],
    expectations,
    errors: [...field.measure.errors(), ...errors.list()].toSorted((one, other) => other.count - one.count),
    verification,
    passed: isWhole && expectations.every(({ held }) => held) && verification?.found === 0,
  };
}

/** Real time for a fleet to say goodbye. */
const GOODBYE_MS = 1_500;

async function leave(field: Field): Promise<void> {
  await Promise.race([field[Symbol.asyncDispose](), systemClock.sleep(GOODBYE_MS)]);
}
