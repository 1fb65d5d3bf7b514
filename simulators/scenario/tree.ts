import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type ParsedNode,
  type YAMLError,
  type YAMLMap,
} from 'yaml';
import type { Place, Problems, Source } from './problems.ts';

/** What stands in a YAML file, each part with its place. */
export type Tree = Branch | List | Leaf;

export interface Branch {
  kind: 'map';
  at: Place;
  entries: Map<string, { key: Place; value: Tree }>;
}

export interface List {
  kind: 'list';
  at: Place;
  items: Tree[];
}

export interface Leaf {
  kind: 'scalar';
  at: Place;
  value: Scalar;
  /** As it was written, where variables were put in. */
  written?: string;
}

export type Scalar = string | number | boolean | null;

/** Reads a YAML file. What cannot be read is reported, and null returned: an empty file is an empty map. */
export function readTree(name: string, text: string, problems: Problems): Branch | null {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const source: Source = { name, lines };
  const top: Place = { source, offset: 0, path: '' };
  if (!isReadable(document, { top, text, problems })) return null;
  if (document.contents === null) return { kind: 'map', at: top, entries: new Map() };
  const tree = grow(document.contents, { at: top, problems });
  if (tree?.kind === 'map') return tree;
  if (tree) problems.add(tree.at, 'a scenario is a map of keys, as in "title: Blackout"');
  return null;
}

/** A first mistake often makes many, so what follows it in the file says nothing. Doubled keys stand for themselves. */
function isReadable(
  { errors, warnings }: Document.Parsed,
  { top, text, problems }: { top: Place; text: string; problems: Problems },
): boolean {
  for (const { code, pos } of errors.filter((error) => error.code === 'DUPLICATE_KEY')) {
    const [offset] = pos;
    problems.add({ ...top, offset }, `${/^[^\s:]*/.exec(text.slice(offset))?.[0] ?? code} stands here a second time`);
  }
  const [first] = [...errors.filter((error) => error.code !== 'DUPLICATE_KEY'), ...warnings];
  if (!first) return true;
  const [offset] = first.pos;
  // What is wrong with a block scalar's head begins behind its sign.
  const isFolded = text[offset - 1] === '>';
  problems.add({ ...top, offset: isFolded ? offset - 1 : offset }, syntaxText(first, text));
  return false;
}

function syntaxText({ code, message, pos: [offset] }: YAMLError, text: string): string {
  if (code === 'MULTIPLE_DOCS') return 'one file holds one scenario: nothing may follow ---';
  if (code === 'BLOCK_AS_IMPLICIT_KEY') return 'a text with a colon in it stands in quotes';
  if (code === 'MISSING_CHAR' && message.includes('quote')) return 'a quote is opened and never closed';
  if (text[offset] === '>' || text[offset - 1] === '>') return 'a condition with > stands in quotes, as in ">= 12"';
  if (text.slice(offset - 1, offset + 1) === '${')
    return 'between { } and [ ] a variable stands in quotes, as in "${sites}"';
  return `this is no YAML: ${message}`;
}

interface Ground {
  /** What it stands in. */
  at: Place;
  problems: Problems;
}

function grow(node: ParsedNode, { at: { source, path }, problems }: Ground): Tree | null {
  const at = { source, path, offset: node.range[0] };
  if (isMap<ParsedNode, ParsedNode | null>(node)) return growMap(node, { at, problems });
  if (isSeq<ParsedNode>(node)) {
    const items = node.items.map((item, n) => grow(item, { at: { ...at, path: join(path, n) }, problems }));
    return { kind: 'list', at, items: items.filter((item) => item !== null) };
  }
  if (isScalar(node) && isPlain(node.value)) return { kind: 'scalar', at, value: node.value };
  problems.add(at, isAlias(node) ? 'YAML aliases are not read; use a variable, as in ${sites}' : 'this is not read');
  return null;
}

function growMap(map: YAMLMap<ParsedNode, ParsedNode | null>, { at, problems }: Ground): Branch {
  const entries: Branch['entries'] = new Map();
  for (const { key, value } of map.items) {
    const name = isScalar(key) ? String(key.value) : '';
    const place = { ...at, offset: key.range[0], path: join(at.path, name) };
    if (!/^\S+$/.test(name)) problems.add(place, 'a key is one word');
    else {
      const grown = value ? grow(value, { at: place, problems }) : ({ kind: 'scalar', at: place, value } as const);
      if (grown) entries.set(name, { key: place, value: grown });
    }
  }
  return { kind: 'map', at, entries };
}

function isPlain(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** The path of an entry: `stages[1]` and `for` are `stages[1].for`. */
export function join(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
