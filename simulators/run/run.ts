import { steadyMs, systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { EstatePlan } from '../estate/plan.ts';
import type { BefallenTarget } from '../faults/fault.ts';
import { provisionEstate } from '../provision.ts';
import type { ScreenPlace } from '../report/screen.ts';
import { watchRun } from '../report/watch.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { secretsFrom } from '../secrets.ts';
import { createTarget, type Target } from '../target.ts';
import type { KeptTruth } from '../verify/truth-files.ts';
import { alarmsBefore } from '../verify/alarms.ts';
import { sessionsOf, verifyTruth } from '../verify/verify.ts';
import { whenAborted } from './aborted.ts';
import { estateOf } from './estate-of.ts';
import { bringToLife, type Field } from './field.ts';
import { createErrorGroups, type ErrorGroups } from './measure/errors.ts';
import { perform } from './perform.ts';
import { createProgress, type Progress } from './progress.ts';
import type { RunResult, Verification } from './result.ts';
import { sumUp } from './sum-up.ts';
import { refuseTakenTime } from './taken-time.ts';
import { type Timing, type TimingInput, timingOf } from './timing.ts';
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

/**
 * Runs a scenario against an instance: registers the estate, brings it to life, lets things happen, and holds the truth
 * of the field against what the instance says. What goes wrong on the way stands in the result.
 *
 * @param report is told what the run came to, before its field says goodbye; what it answers is answered.
 * @throws PolisError `unavailable` when the instance cannot be reached at first, over HTTP, OCPP or MQTT; `invalid` when
 *   it refuses the estate, has already been told of the time of the run, or is to have faults or a time of its own and was
 *   not started by the run; `conflict` when the run is stopped before the field is there.
 */
export async function runScenario<T>(input: RunInput, report: (outcome: RunOutcome) => Promise<T>): Promise<T> {
  const { scenario, api, key, signal } = input;
  const isOwn = input.delayCommits !== null;
  if (!isOwn) refuseOwnOnly(scenario);
  const startedAt = systemClock.now();
  const target = createTarget({ url: api, key });
  const estate = estateOf(scenario);
  const { title, seed } = scenario;
  const progress = createProgress({ title, seed, api, chargers: estate.chargers.length, steadyMs });
  progress.phase('Looking for the platform');
  await using left = new AsyncDisposableStack();
  using watched = new DisposableStack();
  const watch = watchRun(systemClock, input.place, () => progress.view());
  watched.defer(() => watch.stop());
  const known: Known = { info: await orStopped(signal, target.get('/v1/info', info)), target, estate };
  const before = await orStopped(signal, lookBefore({ ...input, isOwn }, known));
  const secrets = secretsFrom(`${key}/${seed}`);
  await orStopped(signal, register(input, { known, progress, secrets }));

  const { ocppUrl, mqttUrl, version } = known.info;
  const time = await orStopped(signal, timingOf({ ...input, isOwn }, target));
  const ways = { ocppUrl, mqttUrl };
  const field = await bringToLife({ scenario, estate, ways, ...time, secrets, log: silentLog });
  left.defer(() => leave(field));
  const errors = createErrorGroups();
  const brokeOff = await performed(input, { known, time, field, progress, errors });
  const truth = fieldTruth(field.fleet, { seed, from: time.startMs, to: field.clock.now() });
  const isWhole = brokeOff === null && !signal.aborted;
  const attended = isWhole ? field.attendance.record() : null;
  const held = isWhole ? await verified(truth, { known, time, field, progress, before, signal }) : null;
  const { failure = brokeOff, verification = null } = held ?? {};
  watched.dispose();
  const ended = { scenario, target: { api, version }, estate, time, field, progress, errors, startedAt };
  const result = sumUp({ ...ended, failure, verification, interrupted: signal.aborted });
  return await report({ result, truth, before, attended });
}

/** What befalls the platform itself needs one that the run has started. */
function refuseOwnOnly({ name, stages }: Scenario): void {
  const found = stages.flatMap(({ faults }) => faults).find(({ fault }) => fault === 'slow-disk');
  if (found) throw new PolisError('invalid', `${name} slows down the disk of the platform; run it with --own.`);
}

interface Under {
  known: Known;
  time: Timing;
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

/** What the platform has of these chargers and devices already; of the time of the run it must have nothing. */
async function lookBefore(input: TimingInput, { estate, target }: Known): Promise<Set<string>> {
  const time = await timingOf(input, target);
  const chargers = estate.chargers.map(({ id: charger }) => ({ charger }));
  const sessions = await sessionsOf(chargers, target);
  await refuseTakenTime(input.scenario, { target, estate, sessions }, time);
  return new Set([...[...sessions.values()].flat().map(({ id }) => id), ...(await alarmsBefore(target))]);
}

/** Lets the scenario happen; what broke it off, or null. @throws PolisError `unavailable` when nobody can connect. */
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
    if (error instanceof PolisError && error.details['nobodyCame']) throw error;
    // Whatever it was: what ran until then is worth a report.
    return messageOf(error);
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
    return signal.aborted ? {} : { failure: messageOf(error) };
  }
}

/** Real time for a fleet to say goodbye. */
const GOODBYE_MS = 1_000;

async function leave(field: Field): Promise<void> {
  const left = new AbortController();
  await Promise.race([field[Symbol.asyncDispose](), systemClock.sleep(GOODBYE_MS, left.signal)]);
  left.abort();
}
