import { join } from 'node:path';
import { systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import { summary } from '../report/summary.ts';
import { mannerOf } from '../report/terminal.ts';
import { makeReportFolder, writeReports } from '../report/write.ts';
import { ahead } from '../run/ahead.ts';
import { futile } from '../run/futile.ts';
import { type OwnInstance, type SimulatedTime, startOwnInstance } from '../run/own-instance.ts';
import { type RunOutcome, runScenario } from '../run/run.ts';
import { loadScenario } from '../scenario/load.ts';
import { lengthOf, type Scenario } from '../scenario/scenario.ts';
import { resolveStart, startText } from '../scenario/start.ts';
import { writeTruth } from '../verify/truth-files.ts';
import { type Command, complain, DIFFERS, onlyOne, PASSED, read, wrongUsage } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, instanceOf } from './instance.ts';
import { SET_OPTION, settings } from './scenarios.ts';
import { RUNS_FOLDER } from './verify.ts';

const INTERRUPTED = 130;
/** After a Ctrl-C the process ends within so long, whatever is under way. */
const LONGEST_GOODBYE_MS = 1_800;
const SPEEDS = [0.1, 1000] as const;

const OPTIONS = {
  ...INSTANCE_OPTIONS,
  seed: { type: 'string' },
  speed: { type: 'string' },
  start: { type: 'string' },
  ...SET_OPTION,
  out: { type: 'string' },
  own: { type: 'boolean', default: false },
} as const;

export const run: Command = {
  about: 'run a scenario against an instance, and judge it',
  usage: `polisgrid sim run NAME|FILE.yaml [--seed N] [--speed N] [--start WHEN] [--set NAME=VALUE …] [--out DIR] [--own]
              [--api URL] [--key KEY]
Registers the scenario's estate with an instance, brings it to life over OCPP and MQTT, lets the stages happen with
their faults, and holds what really happened in the field against what the instance says of it. Reports lie in DIR.
  --seed N         the same seed gives the same estate, cars, weather and faults
  --speed N        simulated time over real time, ${SPEEDS[0]} to ${SPEEDS[1]}, as far as the instance keeps up
  --start WHEN     when the simulated time begins: now, "yesterday 07:30", "last saturday 09:00", 2026-05-01T07:30:00Z
  --set NAME=VALUE a variable of the scenario, such as sites=20
  --out DIR        default ${RUNS_FOLDER}/NAME-SEED
  --own            start an instance for this run alone, in a folder that is gone afterwards; where grid
                   connections limit, it lives in the simulated time
${INSTANCE_HELP}
"polisgrid sim scenarios" lists the built-in scenarios. Exit code 0: passed; 1: an expectation failed, or the instance
says otherwise than the field and no expectation allows for that; 2: wrong usage or scenario, or the instance already
has something from the time of the run; 3: nothing answers; ${INTERRUPTED}: stopped by Ctrl-C.`,
  async run(words) {
    const { values, positionals } = read(words, OPTIONS);
    const scenario = loadScenario(onlyOne(positionals, 'scenario'), {
      set: settings(values.set),
      ...(values.seed === undefined ? {} : { seed: values.seed }),
      look: (loaded) => [...futile(loaded), ...(values.start === undefined ? ahead(loaded, systemClock.now()) : [])],
    });
    const speed = speedOf(values.speed);
    const startMs = startOf(values.start, scenario);
    const folder = values.out ?? join(RUNS_FOLDER, `${scenario.name}-${scenario.seed}`);
    const time = values.own ? timeFor(scenario, { speed, startMs }) : undefined;
    const signal = stopWithin(LONGEST_GOODBYE_MS);
    try {
      await using own = values.own ? await ownInstance(time, signal) : null;
      const { api, key } = own ?? instanceOf(values);
      if (key === undefined) throw noKey(api);
      await makeReportFolder(folder);
      const { delayCommits = null } = own ?? {};
      const place = { output: process.stdout, environment: process.env, process };
      const input = { scenario, api, key, speed, startMs, signal, place, delayCommits };
      return await runScenario(input, (outcome) => report(outcome, { folder, api: own ? null : api }));
    } catch (error) {
      if (!signal.aborted || !(error instanceof PolisError)) throw error;
      complain(messageOf(error));
      return INTERRUPTED;
    }
  },
};

async function report(
  { result, ...kept }: RunOutcome,
  { folder, api }: { folder: string; api: string | null },
): Promise<number> {
  const files = await writeReports(result, folder);
  writeTruth(folder, { ...kept, api });
  process.stdout.write(`\n${summary(result, files, mannerOf(process.stdout, process.env))}`);
  if (result.interrupted) return INTERRUPTED;
  return result.passed ? PASSED : DIFFERS;
}

function speedOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [least, most] = SPEEDS;
  const speed = Number(text);
  if (text.trim() !== '' && speed >= least && speed <= most) return speed;
  throw wrongUsage(`--speed is "${text}"; a number from ${least} to ${most} is expected.`);
}

function startOf(text: string | undefined, scenario: Scenario): Millis | undefined {
  if (text === undefined) return undefined;
  const { data, error } = startText.safeParse(text);
  const wrong = data ? ahead({ ...scenario, start: data }, systemClock.now())[0]?.message : error?.issues[0]?.message;
  if (data && wrong === undefined) return resolveStart(data, systemClock.now(), lengthOf(scenario));
  throw wrongUsage(`--start is "${text}"; ${wrong ?? 'it is not understood'}.`);
}

/** Aborted by the first Ctrl-C; so long after it the process ends, whatever is under way. */
function stopWithin(longestMs: number): AbortSignal {
  const stop = new AbortController();
  const ask = () => {
    if (stop.signal.aborted) return;
    stop.abort();
    systemClock.after(longestMs, () => process.exit(INTERRUPTED));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, ask);
  return stop.signal;
}

/**
 * Power is shared by what meters show now: where connections limit, an instance of the run's lives in its time.
 *
 * @throws PolisError `invalid` when such a time cannot pass so fast.
 */
function timeFor(
  { estate, start, stages, speed: usual }: Scenario,
  { speed = usual, startMs }: { speed: number | undefined; startMs: Millis | undefined },
): SimulatedTime | undefined {
  if (estate.grid === 'unlimited') return undefined;
  if (!Number.isInteger(speed)) {
    throw new PolisError(
      'invalid',
      `The speed is ${speed}; with --own and grid: as-built the instance lives in the simulated time, whose speed is a whole number.`,
    );
  }
  return { startMs: startMs ?? resolveStart(start, systemClock.now(), lengthOf({ stages })), speed };
}

async function ownInstance(time: SimulatedTime | undefined, signal: AbortSignal): Promise<OwnInstance> {
  complain('Starting an instance for this run …');
  return startOwnInstance({ time, signal });
}

function noKey(api: string): PolisError {
  return new PolisError(
    'invalid',
    `A key is needed that may register at ${api}: --key, POLISGRID_ADMIN_KEY, or run this where its data folder is.`,
  );
}
