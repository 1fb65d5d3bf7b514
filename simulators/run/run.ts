import { steadyMs, systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { isoTime, type Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { EstatePlan } from '../estate/plan.ts';
import type { BefallenTarget } from '../faults/fault.ts';
import { provisionEstate } from '../provision.ts';
import type { ScreenPlace } from '../report/screen.ts';
import { watchRun } from '../report/watch.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import { resolveStart } from '../scenario/start.ts';
import { secretsFrom } from '../secrets.ts';
import { createTarget, type Target } from '../target.ts';
import type { KeptTruth } from '../verify/truth-files.ts';
import { sessionsOf, verifyTruth } from '../verify/verify.ts';
import { estateOf } from './estate-of.ts';
import { bringToLife, type Field } from './field.ts';
import { judge } from './judge.ts';
import { createErrorGroups, type ErrorGroups } from './measure/errors.ts';
import { perform } from './perform.ts';
import { type PlatformTime, platformTime } from './platform-time.ts';
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
export interface RunOutcome extends KeptTruth {
  result: RunResult;
}

const info = z.object({ version: z.string(), ocppUrl: z.string(), mqttUrl: z.string() });

type Known = { info: z.infer<typeof info>; target: Target; estate: EstatePlan };
/** The platform's time, and from when on and how fast the simulated time passes. */
type Time = { platform: PlatformTime; startMs: Millis; speed: number };

/**
 * Runs a scenario against an instance: registers the estate, brings it to life, lets things happen, and holds the truth
 * of the field against what the instance says. What goes wrong on the way stands in the result.
 *
 * @throws PolisError `unavailable` when the instance cannot be reached at first, `invalid` when it refuses the estate or
 *   is to have faults of its own and was not started by the run,
 *   `conflict` when it is stopped before the field is there.
 */
export async function runScenario(input: RunInput): Promise<RunOutcome> {
  const { scenario, api, key, signal } = input;
  if (input.delayCommits === null) refuseOwnOnly(scenario);
  const startedAt = systemClock.now();
  const target = createTarget({ url: api, key });
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
  const known: Known = { info: await orStopped(signal, target.get('/v1/info', info)), target, estate };
  await orStopped(signal, refuseAhead(input, target));
  const secrets = secretsFrom(`${key}/${scenario.seed}`);
  await orStopped(signal, register(input, { known, progress, secrets }));
  const before = await orStopped(signal, knownSessions(known));

  const { ocppUrl, mqttUrl } = known.info;
  const time = await timeOf(input, target);
  const { startMs } = time;
  const ways = { ocppUrl, mqttUrl };
  const field = await bringToLife({ scenario, estate, ways, ...time, secrets, log: silentLog });
  ended.defer(() => leave(field));
  const errors = createErrorGroups();
  const brokeOff = await performed(input, { known, time, field, progress, errors });
  const truth = fieldTruth(field.fleet, { seed: scenario.seed, from: startMs, to: field.clock.now() });
  const isWhole = brokeOff === null && !signal.aborted;
  const attended = isWhole ? field.attendance.record() : null;
  const held = isWhole ? await verified(truth, { known, time, field, progress, before, signal }) : null;
  const failure = brokeOff ?? held?.failure ?? null;
  const verification = held?.verification ?? null;
  const result = resultOf(input, { known, time, field, progress, errors, failure, verification, startedAt });
  return { result, truth, before, attended };
}

/** What befalls the platform itself needs one that the run has started. */
function refuseOwnOnly({ name, stages }: Scenario): void {
  const found = stages.flatMap(({ faults }) => faults).find(({ fault }) => fault === 'slow-disk');
  if (found) throw new PolisError('invalid', `${name} slows down the disk of the platform; run it with --own.`);
}

/** Only a platform with a time of its own can be in the future. */
async function refuseAhead({ scenario, startMs }: RunInput, target: Target): Promise<void> {
  const now = systemClock.now();
  if ((startMs ?? resolveStart(scenario.start, now)) <= now) return;
  const { pace } = await platformTime(target);
  if (pace === null)
    throw new PolisError(
      'invalid',
      `${scenario.name} begins in the future, and the platform is not there; run it with --own.`,
    );
}

/** Where the platform has a time of its own the field lives in that, else in the scenario's. */
async function timeOf({ scenario, speed, startMs }: RunInput, target: Target): Promise<Time> {
  const platform = await platformTime(target);
  if (platform.pace) return { platform, startMs: platform.pace.at, speed: platform.speed };
  return {
    platform,
    startMs: startMs ?? resolveStart(scenario.start, systemClock.now(), lengthOf(scenario)),
    speed: speed ?? scenario.speed,
  };
}

interface Under {
  known: Known;
  time: Time;
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
      const quarters = Math.floor((4 * done) / total);
      if (quarters > 0) progress.phase(`Registering ${what}: ${25 * quarters} %`);
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
  const { known, time, field, progress, errors } = under;
  const { platform, startMs, speed } = time;
  const [site] = known.estate.sites;
  const { ocppUrl, mqttUrl } = known.info;
  const befallenTarget = { api, key, ocppUrl, mqttUrl, mqttRoot: 'estate/v1', site: site?.id ?? '', delayCommits };
  try {
    await perform({
      scenario,
      field,
      platformNow: () => platform.now(),
      pace: platform.pace ?? { steadyMs: steadyMs(), at: startMs, speed },
      isFree: platform.pace === null,
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

/** Leaves work behind that has no end yet when the run is stopped. */
function orStopped<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const whenStopped = whenAborted(signal).then(() => Promise.reject<T>(stopped()));
  return Promise.race([work, whenStopped]);
}

function stopped(): PolisError {
  return new PolisError('conflict', 'The run was stopped before its field was there; there is nothing to report.');
}

/** What verification came to, or why it came to nothing; neither when the run was stopped meanwhile. */
interface Held {
  verification?: Verification;
  failure?: string;
}

async function verified(
  truth: FieldTruth,
  { known, time, field, progress, before, signal }: Under & { before: ReadonlySet<string>; signal: AbortSignal },
): Promise<Held> {
  progress.phase("Holding the platform's records against what happened in the field");
  const options = { now: time.platform.now(), before, attendance: field.attendance };
  try {
    return { verification: await orStopped(signal, verifyTruth(truth, known.target, options)) };
  } catch (error) {
    if (!(error instanceof PolisError)) throw error;
    return signal.aborted ? {} : { failure: messageOf(error) };
  }
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
  const { known, time, field, progress, errors, failure, verification, startedAt } = ended;
  const { name, title, about, seed } = scenario;
  const { sites, chargers } = known.estate;
  const devices = sites.flatMap((site) => site.devices);
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
      gateways: devices.filter(({ type }) => type === 'gateway').length,
      devices: devices.length,
    },
    startedAt: isoTime(startedAt),
    endedAt: isoTime(systemClock.now()),
    durationS: progress.elapsedS(),
    simulated: { from: isoTime(time.startMs), to: isoTime(field.clock.now()), speed: time.speed },
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
const GOODBYE_MS = 1_000;

async function leave(field: Field): Promise<void> {
  const left = new AbortController();
  await Promise.race([field[Symbol.asyncDispose](), systemClock.sleep(GOODBYE_MS, left.signal)]);
  left.abort();
}
