import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isPinned, machine } from './machine.ts';

/** One line of a bench's table: what is aimed at, and how it is measured. `Size`: how much is measured. */
export interface Row<Size> {
  name: string;
  about: string;
  aim: string;
  run(size: Size): Promise<Outcome>;
}

export interface Outcome {
  kept: boolean;
  measured: string;
  /** The reference's figure, and ours as a share of it, where the aim is one. */
  reference?: string;
  ratio?: string;
  /** Everything that was measured, for the JSON. */
  figures: Record<string, unknown>;
}

/** What every bench takes on its command line, beside its sizes: which rows, and files for what was seen. */
export const BENCH_OPTIONS = {
  only: { type: 'string' },
  json: { type: 'string' },
  profile: { type: 'string' },
} as const;

type Wishes = { [Name in keyof typeof BENCH_OPTIONS]?: string | undefined };

/** Measures row after row, shows them as a table, and ends with code 1 when an aim is missed. */
export async function runBench<Size>(rows: readonly Row<Size>[], size: Size, wishes: Wishes): Promise<void> {
  // Where the processes that rows start find it.
  if (wishes.profile !== undefined) process.env['BENCH_PROFILE'] = resolve(wishes.profile);
  const wanted = wishes.only?.split(',').map((name) => rowNamed(rows, name)) ?? rows;
  say(`${machine}; ${isPinned ? 'one core for the server' : 'taskset is missing: the server has all cores'}`);
  const results = [];
  for (const row of wanted) results.push(await measure(row, size));
  say(`\n${tableOf(COLUMNS, results.map(cellsOf))}`);
  if (wishes.json !== undefined) await writeReport(wishes.json, { pinned: isPinned, size, rows: results });
  const missed = results.filter(({ kept }) => !kept).map(({ name }) => name);
  if (missed.length > 0) say(`\nMissed: ${missed.join(', ')}.`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

type Result = Omit<Row<unknown>, 'run'> & Outcome;

const COLUMNS = ['', 'aim', 'measured', 'reference', 'ratio', 'kept'];

function cellsOf({ name, aim, measured, reference = '', ratio = '', kept }: Result): string[] {
  return [name, aim, measured, reference, ratio, kept ? 'yes' : 'NO'];
}

async function measure<Size>(row: Row<Size>, size: Size): Promise<Result> {
  const { name, aim, about } = row;
  say(`${name}: ${about} …`);
  const outcome = await row.run(size).catch((error: unknown): Outcome => {
    const reason = error instanceof Error ? error.message : String(error);
    return { kept: false, measured: `failed: ${reason}`, figures: {} };
  });
  say(`  ${outcome.measured}${outcome.ratio === undefined ? '' : `, ${outcome.ratio}`}`);
  return { name, aim, about, ...outcome };
}

function rowNamed<Size>(rows: readonly Row<Size>[], name: string): Row<Size> {
  const row = rows.find((one) => one.name === name);
  if (row) return row;
  say(`There is no row "${name}"; there are ${rows.map((one) => one.name).join(', ')}.`);
  process.exit(2);
}

/** Writes what was seen as JSON, with the machine and the time. */
export async function writeReport(file: string, seen: object): Promise<void> {
  const report = { machine, at: new Date().toISOString(), ...seen };
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
}

export function tableOf(columns: readonly string[], rows: readonly string[][]): string {
  const widths = columns.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return [columns, ...rows].map(line).join('\n');
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
