import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { secureRandom } from '#estate/random.ts';
import { SECOND } from '#estate/units.ts';
import { readText } from '../checks/csv.ts';
import { recordTrace } from '../replay/record.ts';
import { replayTrace } from '../replay/replay.ts';
import { parseTrace } from '../replay/trace.ts';
import { createTarget, type Target } from '../target.ts';
import {
  type Command,
  DIFFERS,
  onlyOne,
  PASSED,
  read,
  say,
  TARGET_HELP,
  TARGET_OPTIONS,
  wrongUsage,
} from './command.ts';

export const record: Command = {
  about: 'record a trace from a running instance',
  usage: `polisgrid record FILE [--for SECONDS] [--api URL] [--key KEY]
Writes all OCPP messages that the instance keeps to FILE; with --for it goes on for so long. ${TARGET_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, { ...TARGET_OPTIONS, for: { type: 'string', default: '0' } });
    const file = onlyOne(positionals, 'file');
    const seconds = Number(values.for);
    if (!(seconds >= 0)) throw wrongUsage(`--for is "${values.for}"; seconds are expected.`);
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
  },
};

export const replay: Command = {
  about: 'play a trace into an instance',
  usage: `polisgrid replay FILE [--speed N] [--api URL] [--key KEY]
Plays a trace into an instance, as fast as it answers or N times as fast as recorded. ${TARGET_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, { ...TARGET_OPTIONS, speed: { type: 'string' } });
    const file = onlyOne(positionals, 'file');
    const speed = values.speed === undefined ? null : Number(values.speed);
    if (speed !== null && !(speed > 0)) throw wrongUsage(`--speed is "${values.speed}"; a number above 0 is expected.`);
    const trace = parseTrace(await readText(file));
    const ground = { clock: systemClock, random: secureRandom, log: silentLog };
    const report = await replayTrace(trace, targetOf(values), { speed, ground });
    say(`Replayed ${report.sent} messages of ${report.chargers} chargers.`);
    say(`${report.sessions - report.differences.length} of ${report.sessions} ended sessions came out the same.`);
    for (const line of [...report.newErrors, ...report.differences]) say(`  ${line}`);
    return report.newErrors.length + report.differences.length === 0 ? PASSED : DIFFERS;
  },
};

function targetOf(values: { api: string; key?: string | undefined }): Target {
  return createTarget({ url: values.api, key: values.key ?? process.env['POLISGRID_ADMIN_KEY'] });
}
