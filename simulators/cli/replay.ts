import { writeFile } from 'node:fs/promises';
import { systemClock } from '#estate/clock.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { replayTrace, type ReplayReport } from '../replay/replay.ts';
import { isAlike, reportJson, reportLines } from '../replay/report.ts';
import { indexTrace } from '../replay/trace-index.ts';
import { type Command, complain, DIFFERS, onlyOne, PASSED, read, say, stopSignal, wrongUsage } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, targetOf } from './instance.ts';

export const replay: Command = {
  about: 'play a trace into an instance',
  usage: `polisgrid replay FILE [--speed N] [--only NAME] [--map OLD=NEW …] [--prefix TEXT] [--shift now]
                      [--diff [REPORT]] [--api URL] [--key KEY]

Registers the estate of a trace with an instance, plays what its chargers and gateways said, and compares what the
platform answers, and the sessions that come of it, with the recorded ones. Exit code 1: something differs.
What the platform asks of them meanwhile is answered as it was when it was recorded; what it never was, as done.
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
