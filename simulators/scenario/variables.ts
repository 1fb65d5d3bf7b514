import { PolisError } from '#estate/errors.ts';
import { sentence, suggestion } from './wording.ts';
import type { Place, Problems } from './problems.ts';
import type { Branch, Leaf, Scalar, Tree } from './tree.ts';

type Variables = ReadonlyMap<string, Scalar>;

const USE = /\$\{([^}]*)\}/g;

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

/**
 * The scenario with its variables put in. A value that is nothing but `${name}` takes the variable's type; within a longer
 * text it stands as text. `set` overrides what the scenario says, in the type that it says; a name or type that the
 * scenario does not have is `invalid`.
 */
export function putVariables(
  scenario: Branch,
  { set, problems }: { set: Readonly<Record<string, string>>; problems: Problems },
): Branch {
  const declared = declaredIn(scenario, problems);
  const variables = new Map([...declared, ...Object.entries(set).map((each) => overridden(each, declared))]);
  const entries = new Map<string, { key: Place; value: Tree }>();
  for (const [key, entry] of scenario.entries) {
    const isPut = key !== 'variables' && key !== 'include';
    entries.set(key, isPut ? { ...entry, value: put(entry.value, { variables, problems }) } : entry);
  }
  return { ...scenario, entries };
}

function declaredIn(scenario: Branch, problems: Problems): Variables {
  const declared = new Map<string, Scalar>();
  const variables = scenario.entries.get('variables')?.value;
  if (variables?.kind !== 'map') return declared;
  for (const [name, { key, value }] of variables.entries) {
    if (!NAME.test(name))
      problems.add(key, `${name} cannot name a variable: letters, digits, - and _ can, a letter first`);
    if (value.kind !== 'scalar') continue;
    declared.set(name, value.value);
    if (typeof value.value === 'string' && value.value.includes('${'))
      problems.add(value.at, `${value.at.path} is ${JSON.stringify(value.value)}; a variable cannot hold another`);
  }
  return declared;
}

function overridden([name, text]: [string, string], declared: Variables): [string, Scalar] {
  const before = declared.get(name);
  if (before === undefined) {
    const known = [...declared.keys()];
    const next = known.length === 0 ? 'the scenario has no variables' : suggestion(name, known);
    throw new PolisError('invalid', sentence(`--set ${name}=${text}: ${name} is no variable of the scenario; ${next}`));
  }
  const value = typed(text, before);
  if (value !== null) return [name, value];
  const wanted = typeof before === 'boolean' ? 'true or false' : 'a number';
  throw new PolisError('invalid', `--set ${name}=${text}: ${wanted} is expected.`);
}

/** A text as a value of the type of another; null: it is none. */
function typed(text: string, like: Scalar): Scalar {
  if (typeof like === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : null;
  if (typeof like === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  return text;
}

function put(tree: Tree, context: { variables: Variables; problems: Problems }): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => put(item, context)) };
  if (tree.kind === 'scalar') return putLeaf(tree, context);
  const entries = [...tree.entries].map(
    ([key, entry]) => [key, { ...entry, value: put(entry.value, context) }] as const,
  );
  return { ...tree, entries: new Map(entries) };
}

function putLeaf(leaf: Leaf, { variables, problems }: { variables: Variables; problems: Problems }): Leaf {
  const { value: written, at } = leaf;
  if (typeof written !== 'string' || !written.includes('${')) return leaf;
  const valueOf = (name: string): Scalar => {
    const value = variables.get(name);
    if (value !== undefined) return value;
    const known = [...variables.keys()];
    const next = known.length === 0 ? 'the scenario has none' : suggestion(name, known);
    problems.add(at, `${at.path} is "${written}"; there is no variable ${name || 'without a name'}: ${next}`);
    return null;
  };
  const [only] = /^\$\{([^}]*)\}$/.exec(written)?.slice(1) ?? [];
  const value = only === undefined ? written.replace(USE, (_, name: string) => String(valueOf(name))) : valueOf(only);
  return { ...leaf, value, written };
}
