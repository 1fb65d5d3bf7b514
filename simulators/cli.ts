import { checkPv, checkSessions, checkSun } from './cli/checks.ts';
import { type Command, complain, PASSED, runCommand, say, USAGE } from './cli/command.ts';
import { estate, provision } from './cli/estate.ts';
import { record as recordTrace } from './cli/record.ts';
import { replay as replayTrace } from './cli/replay.ts';
import { run } from './cli/run.ts';
import { check, scenarios, schema } from './cli/scenarios.ts';
import { verify } from './cli/verify.ts';

const commands: Record<string, Command> = {
  run,
  scenarios,
  check,
  schema,
  verify,
  estate,
  provision,
  'check-sun': checkSun,
  'check-pv': checkPv,
  'check-sessions': checkSessions,
};

const traces: Record<string, Command> = { record: recordTrace, replay: replayTrace };

/** `polisgrid record`; resolves with the exit code. */
export function record(words: string[]): Promise<number> {
  return runCommand(recordTrace, words);
}

/** `polisgrid replay`; resolves with the exit code. */
export function replay(words: string[]): Promise<number> {
  return runCommand(replayTrace, words);
}

/** `polisgrid sim`: the command that its first word names, or a list of them; resolves with the exit code. */
export function sim([name = 'help', ...words]: string[]): Promise<number> {
  const command = commands[name];
  if (command) return runCommand(command, words);
  if (['help', '--help', '-h'].includes(name)) {
    say(help());
    return Promise.resolve(PASSED);
  }
  complain(`There is no command "sim ${name}".\n\n${help()}`);
  return Promise.resolve(USAGE);
}

function help(): string {
  const line = (words: string, { about }: Command) => `  polisgrid ${words.padEnd(20)} ${about}`;
  return [
    'The field, emulated: an estate from a seed, and checks of what the simulators are made of.',
    '',
    ...Object.entries(commands).map(([name, command]) => line(`sim ${name}`, command)),
    ...Object.entries(traces).map(([name, command]) => line(name, command)),
    '',
    '"polisgrid sim COMMAND --help" says more. Exit codes: 0 passed, 1 failed, 2 wrong usage, 3 target unreachable.',
  ].join('\n');
}
