import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#estate/clock.ts';
import { PolisError } from '#estate/errors.ts';
import type { Millis } from '#estate/units.ts';
import type { Difference, Verification } from '../run/result.ts';
import { createTarget } from '../target.ts';
import { readTruth, truthWrittenAt } from '../verify/truth-files.ts';
import { verifyTruth } from '../verify/verify.ts';
import { type Command, DIFFERS, onlyOne, PASSED, read, say, table } from './command.ts';
import { INSTANCE_HELP, INSTANCE_OPTIONS, instanceOf } from './instance.ts';

/** Where runs leave their folders unless told. */
export const RUNS_FOLDER = 'runs';
const MOST_SHOWN = 20;

export const verify: Command = {
  about: 'hold what an instance says against what a run really did',
  usage: `polisgrid sim verify [DIR] [--api URL] [--key KEY]
Compares the sessions, energies, costs, measurements and alarms of an instance with the truth that a run left in DIR
(default: the newest folder in ${RUNS_FOLDER}/). Exit code 0: they agree; 1: they differ; 2: wrong usage; 3: nothing answers.
${INSTANCE_HELP}`,
  async run(words) {
    const { values, positionals } = read(words, INSTANCE_OPTIONS);
    const folder = positionals.length === 0 ? newestRun() : onlyOne(positionals, 'folder');
    const { truth, api: was, before, attended } = readTruth(folder);
    if (was === null) throw goneOf(folder);
    const { api, key } = instanceOf(values);
    const now = systemClock.now();
    const options = { now, before, attended, isLater: true };
    const found = await verifyTruth(truth, createTarget({ url: api, key }), options);
    say(`${folder} against ${api}\n\n${table(rowsOf(found))}\n`);
    if (isStranger(found)) {
      say(`The platform has none of its sessions. Is it another one than that of the run, which was at ${was}?`);
      return DIFFERS;
    }
    for (const { text } of found.differences.slice(0, MOST_SHOWN)) say(`  ${text}`);
    const more = found.found - Math.min(MOST_SHOWN, found.differences.length);
    if (more > 0) say(`  and ${number(more)} more.`);
    say(found.found === 0 ? 'The platform says of it all what was true.' : `\n${number(found.found)} differ.`);
    return found.found === 0 ? PASSED : DIFFERS;
  },
};

function goneOf(folder: string): PolisError {
  return new PolisError(
    'invalid',
    `${folder} is of a run with --own: its instance is gone. To verify later, run it without --own against one that stays.`,
  );
}

/** An instance that knows nothing of the run need not be told so session by session. */
function isStranger({ checked, ofKind }: Verification): boolean {
  return checked.sessions > 0 && ofKind['session-missing'] === checked.sessions;
}

/** What was compared, and how often it differs. */
export function rowsOf({ checked, ofKind }: Pick<Verification, 'checked' | 'ofKind'>): string[][] {
  const differing = (...kinds: Difference['kind'][]) =>
    number(kinds.reduce((sum, kind) => sum + (ofKind[kind] ?? 0), 0));
  const alarms = differing('alarm-missing', 'alarm-foreign');
  return [
    ['Compared', 'Number', 'Differ'],
    ['charging sessions', number(checked.sessions), differing(...SESSION_KINDS)],
    ['their energy, kWh', number(checked.energyWh / 1_000), differing('energy')],
    ['what chargers were told that they cost', number(checked.costs), differing('cost')],
    ['confirmed messages about them', number(checked.messages), ''],
    ['measured points', number(checked.points), differing('points', 'value')],
    ['devices that measured them', number(checked.devices), ''],
    ['EVSEs that did', number(checked.evses), ''],
    ['possible alarms', number(checked.alarms), alarms],
  ];
}

const SESSION_KINDS = [
  'session-missing',
  'session-twice',
  'session-foreign',
  'session-state',
  'session-place',
  'time',
] satisfies Difference['kind'][];

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function newestRun(): string {
  const [newest] = runsIn(RUNS_FOLDER).toSorted((one, other) => other.writtenAt - one.writtenAt);
  if (newest) return newest.folder;
  throw new PolisError(
    'invalid',
    `There is no run in ${RUNS_FOLDER}/; "polisgrid sim run" makes one, or name a folder.`,
  );
}

/** Folders of runs that came as far as to leave their truth. */
function runsIn(folder: string): { folder: string; writtenAt: Millis }[] {
  try {
    return readdirSync(folder)
      .map((name) => ({ folder: join(folder, name), writtenAt: truthWrittenAt(join(folder, name)) }))
      .flatMap(({ folder: run, writtenAt }) => (writtenAt === null ? [] : [{ folder: run, writtenAt }]));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
