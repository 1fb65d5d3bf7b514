import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { systemClock } from '#estate/clock.ts';
import { PolisError, messageOf } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { recordTrace } from './replay/record.ts';
import { replayTrace } from './replay/replay.ts';
import { createTarget, type Target } from './replay/target.ts';
import { parseTrace } from './replay/trace.ts';

/** Exit codes of the simulators: 0 passed, 1 something differs, 2 wrong usage, 3 the target cannot be reached. */
const PASSED = 0;
const DIFFERS = 1;
const USAGE = 2;
const UNREACHABLE = 3;

const DEFAULT_API = 'http://127.0.0.1:8080';
const TARGET_OPTIONS = { api: { type: 'string', default: DEFAULT_API }, key: { type: 'string' } } as const;
const TARGET_HELP = `--api URL (default ${DEFAULT_API}) and --key KEY (default: POLISGRID_ADMIN_KEY) name the instance.`;

const RECORD_USAGE = `polisgrid record FILE [--for SECONDS] [--api URL] [--key KEY]
Writes all OCPP messages that the instance keeps to FILE; with --for it goes on for so long. ${TARGET_HELP}`;

const REPLAY_USAGE = `polisgrid replay FILE [--speed N] [--api URL] [--key KEY]
Plays a trace into an instance, as fast as it answers or N times as fast as recorded. ${TARGET_HELP}`;

/** `polisgrid record`; resolves with the exit code. */
export function record(words: string[]): Promise<number> {
  return guarded(RECORD_USAGE, async () => {
    const { values, positionals } = parseArgs({
      args: words,
      options: { ...TARGET_OPTIONS, for: { type: 'string', default: '0' } },
      allowPositionals: true,
    });
    const [file] = positionals;
    const seconds = Number(values.for);
    if (file === undefined || !(seconds >= 0)) return usage(RECORD_USAGE);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const recording = await recordTrace(targetOf(values), {
      file,
      followMs: seconds * SECOND,
      clock: systemClock,
      signal: stop.signal,
    });
    say(
      `Recorded ${recording.frames} messages of ${recording.chargers} chargers and ${recording.sessions} sessions in ${file}.`,
    );
    return PASSED;
  });
}

/** `polisgrid replay`; resolves with the exit code. */
export function replay(words: string[]): Promise<number> {
  return guarded(REPLAY_USAGE, async () => {
    const { values, positionals } = parseArgs({
      args: words,
      options: { ...TARGET_OPTIONS, speed: { type: 'string' } },
      allowPositionals: true,
    });
    const [file] = positionals;
    const speed = values.speed === undefined ? null : Number(values.speed);
    if (file === undefined || (speed !== null && !(speed > 0))) return usage(REPLAY_USAGE);
    const trace = parseTrace(await readTrace(file));
    const ground = { clock: systemClock, random: secureRandom, log: silentLog };
    const report = await replayTrace(trace, targetOf(values), { speed, ground });
    say(`Replayed ${report.sent} messages of ${report.chargers} chargers.`);
    say(`${report.sessions - report.differences.length} of ${report.sessions} ended sessions came out the same.`);
    for (const line of [...report.newErrors, ...report.differences]) say(`  ${line}`);
    return report.newErrors.length + report.differences.length === 0 ? PASSED : DIFFERS;
  });
}

function targetOf(values: { api: string; key?: string | undefined }): Target {
  return createTarget({ url: values.api, key: values.key ?? process.env['POLISGRID_ADMIN_KEY'] });
}

async function readTrace(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new PolisError('invalid', `The trace cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Turns wrong words and an unreachable target into a sentence and an exit code. */
async function guarded(help: string, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      complain(error.message);
      return usage(help);
    }
    if (!(error instanceof PolisError)) throw error;
    complain(error.message);
    return error.code === 'unavailable' ? UNREACHABLE : USAGE;
  }
}

function usage(help: string): number {
  complain(help);
  return USAGE;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
