import type { LineCounter } from 'yaml';
import { PolisError } from '#estate/errors.ts';
import { sentence } from './wording.ts';

/** A file of a scenario, as it is named in messages. */
export interface Source {
  name: string;
  lines: LineCounter;
}

/** Where something stands. */
export interface Place {
  source: Source;
  /** Characters from the file's begin. */
  offset: number;
  /** Its path in that file: `stages[1].for`. */
  path: string;
}

/** What is wrong with a scenario, all of it. */
export interface Problems {
  add(place: Place, text: string): void;
  none(): boolean;
  /** Throws `invalid` with a line for each, in the order of the files. */
  fail(): never;
}

const MOST_SHOWN = 20;

/** Collects what is wrong; of several things wrong at one place the first is kept. */
export function createProblems(): Problems {
  const found = new Map<string, { place: Place; text: string; file: number }>();
  const files: Source[] = [];
  return {
    add(place, text) {
      if (!files.includes(place.source)) files.push(place.source);
      const key = `${place.source.name} ${place.offset} ${place.path}`;
      if (!found.has(key)) found.set(key, { place, text, file: files.indexOf(place.source) });
    },
    none: () => found.size === 0,
    fail() {
      const sorted = [...found.values()].toSorted(
        (one, other) => one.file - other.file || one.place.offset - other.place.offset,
      );
      const lines = sorted.slice(0, MOST_SHOWN).map(({ place, text }) => line(place, text));
      if (sorted.length > MOST_SHOWN) lines.push(`${sorted.length - MOST_SHOWN} more of the kind.`);
      throw new PolisError('invalid', lines.join('\n'));
    },
  };
}

function line({ source, offset }: Place, text: string): string {
  const { line: row, col } = source.lines.linePos(offset);
  return `${source.name}:${Math.max(1, row)}:${Math.max(1, col)}: ${sentence(text)}`;
}
