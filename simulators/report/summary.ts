import type { Figures } from '../run/figures.ts';
import { agrees } from '../run/judge.ts';
import type { ExpectationResult, RunResult } from '../run/result.ts';
import { askedInWords, count, counted, figure, inRome, NOTHING, span, speedInWords } from './format.ts';
import { conditionInWords, FIGURE_GROUPS, LABELS, measuredInWords } from './labels.ts';
import { cut, harmless, left, lettered, type Manner, right, tinted, wrapped } from './terminal.ts';
import { verdictOf } from './verdict.ts';
import { verificationLines } from './verification.ts';

const LABEL_COLUMNS = 41;
const LEAST_COLUMN = 10;
const MOST_COLUMN = 18;
const MOST_ERRORS = 8;
const MOST_DIFFERENCES = 10;

/** A report that lies on the disk, and what it is for. */
export interface ReportFile {
  path: string;
  about: string;
}

/** The end of a run for a terminal: what ran, what was measured and expected, whether the platform tells the truth. */
export function summary(result: RunResult, files: readonly ReportFile[], manner: Manner): string {
  const sections: [title: string, lines: string[]][] = [
    ['', headLines(result, manner)],
    ['What was measured', measuredLines(result, manner)],
    ['What was expected', expectationLines(result, manner)],
    ["The platform's records, held against the field", truthLines(result, manner)],
    ['Errors of the platform', errorLines(result, manner)],
    ['Reports', reportLines(files)],
    ['', verdictLines(result, manner)],
  ];
  const text = sections
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title ? [tinted(title, 'bold', manner)] : []), ...lines].join('\n'))
    .join('\n\n');
  return lettered(`${text}\n`, manner);
}

function headLines({ scenario, target, fleet, simulated, seed, ...of }: RunResult, manner: Manner): string[] {
  const facts: [string, string][] = [
    ['Platform', `${target.api}, version ${target.version}`],
    [
      'Field',
      `${counted(fleet.sites, 'site')}, ${counted(fleet.chargers, 'charger')} (${counted(fleet.evses, 'EVSE')}), ` +
        (fleet.gateways === 0
          ? `${counted(fleet.devices, 'device')} with connections of their own`
          : `${counted(fleet.gateways, 'gateway')} (${counted(fleet.devices, 'device')})`),
    ],
    ['Seed', `${seed}; the same seed gives the same field and the same events`],
    [
      'Simulated',
      `${inRome(simulated.from)} to ${inRome(simulated.to)} in Rome, ${speedInWords(simulated.speed)}${askedInWords(simulated)}`,
    ],
    ['Took', `${span(of.durationS)}, from ${inRome(of.startedAt)}`],
  ];
  const room = manner.columns - 12;
  return [
    tinted(cut(harmless(scenario.title), manner.columns), 'bold', manner),
    ...wrapped(harmless(scenario.about), manner.columns),
    '',
    ...facts.flatMap(([name, text]) =>
      wrapped(harmless(text), room).map((line, at) => `${left(at === 0 ? name : '', 12)}${line}`),
    ),
  ];
}

function measuredLines({ stages, figures }: RunResult, manner: Manner): string[] {
  const columns = [...stages.map(({ name, figures: of }) => ({ name, of })), { name: 'whole run', of: figures }];
  const room = manner.columns - LABEL_COLUMNS;
  const widest = Math.max(...columns.map(({ name }) => name.length)) + 2;
  const width = Math.min(
    room,
    Math.max(LEAST_COLUMN, Math.min(MOST_COLUMN, Math.floor(room / columns.length), widest)),
  );
  const fit = Math.max(1, Math.floor(room / width));
  const blocks: string[][] = [];
  for (let at = 0; at < columns.length; at += fit)
    blocks.push(block(columns.slice(at, at + fit), { figures, width, manner }));
  return blocks.flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

function block(
  columns: { name: string; of: Figures }[],
  { figures, width, manner }: { figures: Figures; width: number; manner: Manner },
): string[] {
  const lines = headOf(columns, width).map((line) => tinted(line, 'bold', manner));
  for (const group of FIGURE_GROUPS) {
    const names = group.figures.filter((name) => figures[name] !== null || columns.some(({ of }) => of[name] !== null));
    if (names.length > 0) lines.push(tinted(group.title, 'dim', manner));
    for (const name of names) {
      const cells = columns.map(({ of }) => right(figure(name, of[name]), width)).join('');
      lines.push(`${left(`  ${LABELS[name]}`, LABEL_COLUMNS)}${cells}`);
    }
  }
  return lines;
}

/** The names of stages above their columns, on as many lines as they need. */
function headOf(columns: { name: string }[], width: number): string[] {
  const names = columns.map(({ name }) => wrapped(harmless(name), width - 1));
  const height = Math.max(...names.map(({ length }) => length));
  return Array.from({ length: height }, (_, row) => {
    const cells = names.map((words) => right(words[row - height + words.length] ?? '', width));
    return `${' '.repeat(LABEL_COLUMNS)}${cells.join('')}`;
  });
}

function expectationLines({ expectations }: RunResult, manner: Manner): string[] {
  const places = [...new Set(expectations.map(({ stage }) => stage))];
  return places.flatMap((place) => [
    `  ${harmless(place ?? 'whole run')}`,
    ...expectations
      .filter(({ stage }) => stage === place)
      .flatMap((each) => marked(each.held, expectationText(each), manner).map((line) => `  ${line}`)),
  ]);
}

function expectationText(each: ExpectationResult): string {
  return `${LABELS[each.figure]}: ${measuredInWords(each)}, expected ${conditionInWords(each)}`;
}

/** Lines behind a mark that says whether it is as it should be. */
function marked(isGood: boolean, text: string, manner: Manner): string[] {
  const [good, bad] = manner.unicode ? ['✓', '✗'] : ['ok    ', 'FAILED'];
  const mark = isGood ? good : bad;
  const tone = isGood ? 'green' : 'red';
  return wrapped(text, manner.columns - mark.length - 5).map((line, at) =>
    at === 0 ? `  ${tinted(mark, tone, manner)} ${line}` : `${' '.repeat(mark.length + 3)}${line}`,
  );
}

function truthLines(result: RunResult, manner: Manner): string[] {
  const { verification } = result;
  if (!verification) return ['  Not checked.'];
  const { summaryText, differences, more } = verificationLines(verification, MOST_DIFFERENCES);
  return [
    ...marked(agrees(result), summaryText, manner),
    ...differences.flatMap((text) =>
      wrapped(harmless(text), manner.columns - 6).map((line, at) => `${at === 0 ? '    ' : '      '}${line}`),
    ),
    ...(more === '' ? [] : [`    ${more}`]),
  ];
}

function errorLines({ errors }: RunResult, manner: Manner): string[] {
  const shown = errors.slice(0, MOST_ERRORS);
  const width = Math.max(...shown.map((error) => count(error.count).length), 1);
  const lines = shown.flatMap((error) => {
    const text = harmless(`${error.text} (${error.peer}${error.count > 1 ? ' among others' : ''})`);
    return wrapped(text, manner.columns - width - 5).map(
      (line, at) => `  ${right(at === 0 ? count(error.count) : '', width)}${at === 0 ? '×' : ' '} ${line}`,
    );
  });
  const more = errors.length - shown.length;
  return more > 0 ? [...lines, `  and ${count(more)} other kinds`] : lines;
}

function reportLines(files: readonly ReportFile[]): string[] {
  const width = Math.max(...files.map(({ path }) => path.length), 0) + 2;
  return files.map(({ path, about }) => `  ${path.padEnd(width)}${about}`);
}

function verdictLines(result: RunResult, manner: Manner): string[] {
  const { word, sentence, next } = verdictOf(result);
  const [first = NOTHING, ...rest] = wrapped(harmless(`${word}: ${sentence} ${next}`), manner.columns);
  const tone = word === 'Passed' ? 'green' : word === 'Failed' ? 'red' : 'yellow';
  return [tinted(first, tone, manner), ...rest];
}
