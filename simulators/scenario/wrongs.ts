import { z } from 'zod';
import { suggestion } from './wording.ts';
import type { Place, Problems } from './problems.ts';
import { type Branch, join, type Tree } from './tree.ts';

/** Characters of a wrong value. */
const MOST_SHOWN = 80;

type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

/** What was expected, in words, where a schema does not say it itself; of unknown keys a line for each. */
export const expected: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `${KINDS[issue.expected] ?? issue.expected} is expected`;
    case 'invalid_value':
      return suggestion(issue.input, issue.values.map(String));
    case 'unrecognized_keys': {
      const known = issue.inst instanceof z.ZodObject ? Object.keys(issue.inst.shape) : [];
      return issue.keys.map((key) => suggestion(key, known)).join('\n');
    }
    case 'invalid_union':
      return suggestion(discriminated(issue), wordsOf(issue.options));
    case 'too_small':
      return `${bound(issue.origin, 'least', issue.minimum)} expected`;
    case 'too_big':
      return `${bound(issue.origin, 'most', issue.maximum)} expected`;
    default:
      return issue.message ?? 'another value is expected';
  }
};

/** What stands where the name of one of several maps is expected. */
function discriminated({ input, discriminator = '' }: { input: unknown; discriminator?: string | undefined }): unknown {
  return typeof input === 'object' && input !== null
    ? Object.getOwnPropertyDescriptor(input, discriminator)?.value
    : null;
}

function wordsOf(options: unknown): string[] {
  return Array.isArray(options) ? options.map(String) : [];
}

function bound(origin: string, side: 'least' | 'most', limit: number | bigint): string {
  const things = { array: ['entry', 'entries'], string: ['character', 'characters'] }[origin];
  if (!things) return `at ${side} ${limit} is`;
  return Number(limit) === 1 ? `at ${side} one ${things[0]} is` : `at ${side} ${limit} ${things[1]} are`;
}

interface Scene {
  tree: Branch;
  problems: Problems;
  /** False where a part could not be read: then nothing is said of what is missing. */
  isWhole: boolean;
}

/** Reports what a schema finds wrong, each at its place in the files. */
export function reportIssues(issues: readonly Issue[], scene: Scene): void {
  for (const issue of issues) {
    const within = meantBranch(issue);
    if (within)
      reportIssues(
        within.map((each) => ({ ...each, path: [...issue.path, ...each.path] })),
        scene,
      );
    else reportIssue(issue, scene);
  }
}

/** Of the ways to write a value the one that was meant: the only one that is wrong within, not as a whole. */
function meantBranch(issue: Issue): Issue[] | null {
  if (issue.code !== 'invalid_union') return null;
  const within = issue.errors.filter((branch) =>
    branch.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  return within.length === 1 ? (within[0] ?? null) : null;
}

/** What is wrong with the value at a path, and what is expected there. */
export interface Wrong {
  path: (string | number)[];
  message: string;
}

/** Reports what is wrong with a scenario that is well-formed. */
export function reportWrongs(wrongs: readonly Wrong[], { tree, problems }: Omit<Scene, 'isWhole'>): void {
  for (const wrong of wrongs) {
    const { at, path, found } = findPlace(tree, wrong.path);
    problems.add({ ...at, path }, `${path} ${shown(found)}; ${wrong.message}`);
  }
}

function reportIssue(issue: Issue, { tree, problems, isWhole }: Scene): void {
  const { at, path, found } = findPlace(tree, issue.path);
  if (found === null && !isWhole) return;
  if (issue.code !== 'unrecognized_keys') {
    problems.add({ ...at, path }, `${path || 'the scenario'} ${shown(found)}; ${issue.message}`);
    return;
  }
  const next = issue.message.split('\n');
  for (const [n, key] of issue.keys.entries()) {
    const entry = found?.kind === 'map' ? found.entries.get(key) : undefined;
    problems.add(entry?.key ?? at, `${join(path, key)} is not known; ${next[n] ?? ''}`);
  }
}

/** Where a path leads to; where nothing stands there, the place of what should hold it. */
export function findPlace(tree: Tree, path: readonly PropertyKey[]): { at: Place; path: string; found: Tree | null } {
  let found: Tree = tree;
  for (const [n, key] of path.entries()) {
    const next: Tree | undefined =
      found.kind === 'map'
        ? found.entries.get(String(key))?.value
        : found.kind === 'list'
          ? found.items[Number(key)]
          : undefined;
    if (next) found = next;
    else return { at: found.at, path: path.slice(n).map(word).reduce<string>(join, found.at.path), found: null };
  }
  return { at: found.at, path: found.at.path, found };
}

function word(key: PropertyKey): string | number {
  return typeof key === 'number' ? key : String(key);
}

function shown(tree: Tree | null): string {
  if (tree === null) return 'is missing';
  if (tree.kind === 'map') return tree.entries.size === 0 ? 'is an empty map' : 'is a map';
  if (tree.kind === 'list') return tree.items.length === 0 ? 'is an empty list' : 'is a list';
  if (tree.value === null) return 'is empty';
  const from = tree.written === undefined ? '' : ` (${short(tree.written)})`;
  return `is ${short(JSON.stringify(tree.value))}${from}`;
}

function short(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
