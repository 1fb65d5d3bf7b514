import { parseArgs, type ParseArgsConfig } from 'node:util';
import { PolisError } from '#estate/errors.ts';

/** Exit codes of the simulators: 0 passed, 1 something differs, 2 wrong usage, 3 the target cannot be reached. */
export const PASSED = 0;
export const DIFFERS = 1;
export const USAGE = 2;
export const UNREACHABLE = 3;

/** A command of the simulators. */
export interface Command {
  /** In a list of commands. */
  about: string;
  /** How it is called, and what it does. */
  usage: string;
  /** Resolves with the exit code. */
  run(words: string[]): Promise<number>;
}

/** Runs a command: `--help` shows its usage; wrong words, a wrong file and an unreachable target become a sentence. */
export async function runCommand(command: Command, words: string[]): Promise<number> {
  const { usage } = command;
  if (words.includes('--help') || words.includes('-h')) {
    say(usage);
    return PASSED;
  }
  try {
    return await command.run(words);
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      complain(`${error.message}\n\n${usage}`);
      return USAGE;
    }
    if (!(error instanceof PolisError)) throw error;
    complain(error.code === 'invalid' && error.details['usage'] ? `${error.message}\n\n${usage}` : error.message);
    if (error.code === 'unavailable') return UNREACHABLE;
    return error.code === 'invalid' || error.code === 'config' ? USAGE : DIFFERS;
  }
}

/** What is wrong with the words of a command; its usage is shown after it. */
export function wrongUsage(what: string): PolisError {
  return new PolisError('invalid', what, { details: { usage: true } });
}

/** Options and files of a command. */
export function read<T extends ParseArgsConfig['options']>(words: string[], options: T) {
  return parseArgs({ args: words, options, allowPositionals: true, strict: true });
}

/** A whole number of an option. */
export function wholeNumber(name: string, text: string, [least, most]: [number, number]): number {
  const number = Number(text);
  if (text !== '' && Number.isInteger(number) && number >= least && number <= most) return number;
  throw wrongUsage(`--${name} is "${text}"; a whole number from ${least} to ${most} is expected.`);
}

/** The one file or folder that a command is given. */
export function onlyOne(positionals: string[], what: string): string {
  const [one, more] = positionals;
  if (one === undefined || more !== undefined) throw wrongUsage(`One ${what} is expected.`);
  return one;
}

/** Aborted by Ctrl-C. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  return stop.signal;
}

/** Lines of columns, each as wide as its widest cell; numbers stand to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const align = (cell: string, at: number) =>
    /^[-+]?[\d.]+$/.test(rows[1]?.[at] ?? '') ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0);
  return rows.map((row) => row.map(align).join('  ').trimEnd()).join('\n');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}
