import { styleText } from 'node:util';

/** Where a text is shown. */
export interface Manner {
  columns: number;
  /** Letters beyond ASCII. */
  unicode: boolean;
  colour: boolean;
}

/** A stream that may be a terminal, as `process.stdout` is. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const WIDEST = 120;
/** Of a pipe or a file. */
const USUAL = 100;
const NARROWEST = 40;

/** How to write to an output: colours on a terminal only and not against NO_COLOR (no-color.org), letters as the locale has them. */
export function mannerOf({ isTTY = false, columns }: Output, environment: Environment): Manner {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return {
    columns: Math.min(WIDEST, Math.max(NARROWEST, isTTY && columns ? columns : USUAL)),
    unicode: /utf-?8/i.test(locale),
    colour: isTTY && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb',
  };
}

export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export function tinted(text: string, tone: Tone, { colour }: Manner): string {
  return colour ? styleText(tone, text, { validateStream: false }) : text;
}

/** A text without what would steer a terminal: names and errors come from strangers. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}

const ASCII: Record<string, string> = {
  '✓': '+',
  '✗': 'x',
  '…': '.',
  '·': '-',
  '–': '-',
  '×': 'x',
  '“': '"',
  '”': '"',
  '’': "'",
  '─': '-',
};

/** A text in the letters of the output, each as wide as before. */
export function lettered(text: string, { unicode }: Manner): string {
  if (unicode) return text;
  return text.replaceAll(/[^\p{Cc}\u0020-\u007E]/gu, (letter) => {
    const plain = ASCII[letter] ?? letter.normalize('NFD').charAt(0);
    return /^[ -~]$/.test(plain) ? plain : '?';
  });
}

export function widthOf(text: string): number {
  return Array.from(text).length;
}

/** A text cut to so many columns, which shows that it was. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return `${Array.from(text)
    .slice(0, Math.max(0, columns - 1))
    .join('')
    .trimEnd()}…`;
}

export function left(text: string, columns: number): string {
  return cut(text, columns) + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

export function right(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + cut(text, columns);
}

/** Lines of at most so many columns, broken between words. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(cut(word, columns));
  }
  return lines;
}

const STEPS = { fine: '▁▂▃▄▅▆▇█', plain: '_.:-=+*#' };

/** The newest values as a line of columns, from nought to the greatest. */
export function sparkline(values: readonly (number | null)[], columns: number, { unicode }: Manner): string {
  const shown = values.slice(-columns);
  const greatest = Math.max(...shown.map((value) => value ?? 0));
  const steps = unicode ? STEPS.fine : STEPS.plain;
  return shown
    .map((value) =>
      value === null ? ' ' : steps.charAt(greatest > 0 ? Math.round((value / greatest) * (steps.length - 1)) : 0),
    )
    .join('');
}

/** How much of a whole is done. */
export function bar(share: number, columns: number, { unicode }: Manner): string {
  const done = Math.round(Math.min(1, Math.max(0, share)) * columns);
  return (unicode ? '█' : '#').repeat(done) + (unicode ? '░' : '.').repeat(columns - done);
}
