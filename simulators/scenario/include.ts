import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { messageOf, PolisError } from '#estate/errors.ts';
import { BUILT_IN, type BuiltIn, isBuiltIn, readBuiltIn } from './built-in.ts';
import { sentence, suggestion } from './wording.ts';
import type { Place, Problems } from './problems.ts';
import { type Branch, readTree, type Tree } from './tree.ts';

interface File {
  /** As it is named in messages. */
  name: string;
  /** Beside which its includes are looked for; null: a built-in. */
  folder: string | null;
  text: string;
}

/** Joined where two files have them, those of the included file first; everything else is replaced. */
const APPENDED = new Set(['stages']);

/**
 * What stands in a scenario, a file or a built-in by its name, and in all that it includes. What stands in the file that
 * includes wins over what is included; stages follow those of the included.
 */
export function readScenario(nameOrFile: string, problems: Problems): Branch | null {
  return withIncludes(openScenario(normalize(nameOrFile)), { problems, chain: [] });
}

function openScenario(nameOrFile: string): File {
  if (isBuiltIn(nameOrFile)) return builtIn(nameOrFile);
  if (!/[./\\]/.test(nameOrFile)) {
    const next = suggestion(nameOrFile, BUILT_IN);
    throw new PolisError(
      'invalid',
      sentence(`${nameOrFile} is no built-in scenario and no file (as my.yaml is); ${next}`),
    );
  }
  try {
    return { name: nameOrFile, folder: dirname(nameOrFile), text: readFileSync(nameOrFile, 'utf8') };
  } catch (error) {
    throw new PolisError('invalid', `${nameOrFile} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function builtIn(name: BuiltIn): File {
  return { name: `${name}.yaml`, folder: null, text: readBuiltIn(name) };
}

function withIncludes(file: File, { problems, chain }: { problems: Problems; chain: string[] }): Branch | null {
  const own = readTree(file.name, file.text, problems);
  const include = own?.entries.get('include')?.value;
  if (!own || include?.kind !== 'list') return own;
  let merged: Branch | null = null;
  for (const { at, word } of include.items.flatMap(included)) {
    const next = find(word, file);
    const path = [...chain, file.name];
    if (!next) problems.add(at, missing(word, file));
    else if (path.includes(next.name))
      problems.add(at, `this goes in a circle: ${[...path, next.name].join(' includes ')}`);
    else {
      const tree = withIncludes(next, { problems, chain: path });
      if (tree) merged = merged ? merge(merged, tree) : tree;
    }
  }
  return merged ? merge(merged, own) : own;
}

function included(item: Tree): { at: Place; word: string }[] {
  return item.kind === 'scalar' && typeof item.value === 'string' ? [{ at: item.at, word: item.value }] : [];
}

function find(word: string, { folder }: File): File | null {
  const name = folder === null ? null : join(folder, word);
  if (name !== null && existsSync(name)) return openScenario(name);
  const known = word.replace(/\.ya?ml$/, '');
  return isBuiltIn(known) ? builtIn(known) : null;
}

function missing(word: string, { name, folder }: File): string {
  const beside = folder === null ? '' : `a file beside ${name} nor `;
  return `${word} is ${beside === '' ? 'not' : 'neither'} ${beside}a built-in scenario; built in are ${BUILT_IN.join(', ')}`;
}

/** What both say is taken from the second; maps are joined, and stages of both follow each other. */
function merge(first: Branch, second: Branch): Branch {
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const before = entries.get(key)?.value;
    entries.set(key, { key: entry.key, value: before ? mergeValue(key, before, entry.value) : entry.value });
  }
  return { ...second, entries };
}

function mergeValue(key: string, first: Tree, second: Tree): Tree {
  if (first.kind === 'map' && second.kind === 'map') return merge(first, second);
  if (first.kind === 'list' && second.kind === 'list' && APPENDED.has(key))
    return { ...second, items: [...first.items, ...second.items] };
  return second;
}
