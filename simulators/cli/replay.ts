import { writeFile } from 'node:fs/promises';
import { systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { recordLive, type LiveAddresses } from '../replay/live/record-live.ts';
import { recordJournal } from '../replay/record.ts';
import { replayTrace, type ReplayReport } from '../replay/replay.ts';
import { isAlike, reportJson, reportLines } from '../replay/report.ts';
import { indexTrace } from '../replay/trace-index.ts';
import type { TraceWriter } from '../replay/trace-writer.ts';
import type { Target } from '../target.ts';
import { type Command, complain, DIFFERS, onlyOne, PASSED, read, say, wholeNumber, wrongUsage } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, targetOf } from './instance.ts';

const OCPP_PORT = 9320;
const MQTT_PORT = 1983;
const LOCAL_HOST = '127.0.0.1';

export const record: Command = {
  about: 'record a trace from a running instance',
  usage: `polisgrid record FILE [--for SECONDS] [--api URL] [--key KEY]
polisgrid record FILE --live [--ocpp-port N] [--mqtt-port N] [--host HOST] [--for SECONDS] [--api URL] [--key KEY]

Writes a trace to FILE: the estate, the sessions, and what was said.
Without --live   the OCPP messages that the instance has kept, and with --for those of the next seconds. Of MQTT it
                 keeps the measurements, not the messages: those take --live.
With --live      listens in front of the instance. Let chargers and gateways connect to the addresses that it prints:
                 it passes everything on, and writes it, until Ctrl-C or for --for seconds. Without TLS.

  --ocpp-port N  where chargers connect (default ${OCPP_PORT}; 0: any free port)
  --mqtt-port N  where gateways connect (default ${MQTT_PORT}; 0: any free port)
  --host HOST    the address to listen on (default ${LOCAL_HOST}; 0.0.0.0: all)

Passwords and keys are not written.
${INSTANCE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, {
      ...INSTANCE_OPTIONS,
      for: { type: 'string' },
      live: { type: 'boolean', default: false },
      'ocpp-port': { type: 'string' },
      'mqtt-port': { type: 'string' },
      host: { type: 'string' },
    });
    const file = onlyOne(positionals, 'file');
    const seconds = values.for === undefined ? null : Number(values.for);
    if (seconds !== null && !(seconds >= 0)) throw wrongUsage(`--for is "${values.for}"; seconds are expected.`);
    const stop = stopSignal();
    if (values.live) return live(targetOf(values), { file, seconds, stop, ...values });
    const strange = (['ocpp-port', 'mqtt-port', 'host'] as const).find((name) => values[name] !== undefined);
    if (strange) throw wrongUsage(`--${strange} goes with --live; nothing is expected without it.`);
    const followMs = (seconds ?? 0) * SECOND;
    const lines = await recordJournal(targetOf(values), { file, followMs, clock: systemClock, signal: stop });
    say(recorded(lines, file));
    return PASSED;
  },
};

async function live(
  target: Target,
  options: {
    file: string;
    seconds: number | null;
    stop: AbortSignal;
    'ocpp-port'?: string | undefined;
    'mqtt-port'?: string | undefined;
    host?: string | undefined;
  },
): Promise<number> {
  const { file, seconds, stop } = options;
  const portOf = (name: 'ocpp-port' | 'mqtt-port', usual: number) =>
    wholeNumber(name, options[name] ?? String(usual), [0, 65_535]);
  const until = seconds === null ? aborted(stop) : systemClock.sleep(seconds * SECOND, stop);
  const { lines, withoutSessions } = await recordLive(target, {
    file,
    host: options.host ?? LOCAL_HOST,
    ocppPort: portOf('ocpp-port', OCPP_PORT),
    mqttPort: portOf('mqtt-port', MQTT_PORT),
    clock: systemClock,
    opened: sayWhere,
    until,
  });
  say(recorded(lines, file));
  if (withoutSessions !== null) complain(`The sessions are not in it: ${withoutSessions}`);
  return PASSED;
}

function sayWhere({ ocppUrl, mqttUrl }: LiveAddresses): void {
  say(`Recording. Connect
  chargers  ${ocppUrl}/{identity}
  gateways  ${mqttUrl ?? 'not recorded: the broker is reached over TLS only'}
Ctrl-C ends it.`);
}

function recorded(lines: TraceWriter['lines'], file: string): string {
  const { frame, packet, charger, device, session } = lines;
  const said = packet === 0 ? `${frame} OCPP messages` : `${frame} OCPP and ${packet} MQTT messages`;
  return `Recorded ${said}, ${charger} chargers, ${device} devices and ${session} sessions in ${file}.`;
}

export const replay: Command = {
  about: 'play a trace into an instance',
  usage: `polisgrid replay FILE [--speed N] [--only NAME] [--map OLD=NEW …] [--prefix TEXT] [--shift now]
                      [--diff [REPORT]] [--api URL] [--key KEY]

Registers the estate of a trace with an instance, plays what its chargers and gateways said, and compares what the
platform answers, and the sessions that come of it, with the recorded ones. Exit code 1: something differs.
Chargers and gateways get new secrets there: take a fresh instance, or other names.

  --speed N        N times as fast as recorded (default: as fast as the instance answers)
  --only NAME      one charger or gateway
  --map OLD=NEW    another name for a site, charger or device; once for each
  --prefix TEXT    put before the names of all others
  --shift now      moves all times, so that the trace begins now (default: times as recorded)
  --diff [REPORT]  shows the first answer of each that differs; all of them as JSON in the file REPORT

${INSTANCE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words.flatMap(apart), {
      ...INSTANCE_OPTIONS,
      speed: { type: 'string' },
      only: { type: 'string' },
      map: { type: 'string', multiple: true, default: [] },
      prefix: { type: 'string', default: '' },
      shift: { type: 'string' },
      diff: { type: 'boolean', default: false },
    });
    const [, reportFile] = positionals;
    const file = onlyOne(values.diff ? positionals.slice(0, 1).concat(positionals.slice(2)) : positionals, 'file');
    const speed = values.speed === undefined ? null : Number(values.speed);
    if (speed !== null && !(speed > 0)) throw wrongUsage(`--speed is "${values.speed}"; a number above 0 is expected.`);
    if (values.shift !== undefined && values.shift !== 'now')
      throw wrongUsage(`--shift is "${values.shift}"; "now" is expected.`);
    const renamed = renamedBy(values.map);

    const index = await indexTrace(file);
    if (index.tornLine !== null)
      complain(`Line ${index.tornLine} of ${file} breaks off: the recording was stopped amid it. It is left out.`);
    const report = await replayTrace(index, targetOf(values), {
      speed,
      renamed,
      prefix: values.prefix,
      shiftToNow: values.shift === 'now',
      only: values.only,
      ground: { clock: systemClock, random: secureRandom, log: silentLog },
      signal: stopSignal(),
    });
    for (const line of reportLines(report, { withDiff: values.diff })) say(line);
    if (reportFile !== undefined) await writeReport(reportFile, report);
    return isAlike(report) ? PASSED : DIFFERS;
  },
};

/** `--diff=REPORT` is `--diff REPORT`. */
function apart(word: string): string[] {
  return word.startsWith('--diff=') ? ['--diff', word.slice('--diff='.length)] : [word];
}

function renamedBy(pairs: readonly string[]): Map<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [before, after, more] = pair.split('=');
      if (!before || !after || more !== undefined) throw wrongUsage(`--map is "${pair}"; OLD=NEW is expected.`);
      return [before, after];
    }),
  );
}

async function writeReport(file: string, report: ReplayReport): Promise<void> {
  try {
    await writeFile(file, reportJson(report));
  } catch (error) {
    throw new PolisError('invalid', `${file} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  say(`All of it is in ${file}.`);
}

/** Aborted by Ctrl-C. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
