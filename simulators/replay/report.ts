import type { FieldDifference } from './answer-difference.ts';
import type { Asked, Difference } from './findings.ts';
import type { ReplayReport } from './replay.ts';

const MOST_SHOWN = 10;
const LONGEST_VALUE = 60;

/** Whether all was played, and the platform answered, and what came of it is, as recorded. */
export function isAlike({ findings, sessions, unknown, endedEarly }: ReplayReport): boolean {
  return !endedEarly && findings.differenceCount + sessions.missing.length + unknown.length === 0;
}

/** What a replay came to, in a few lines; with the differences in detail when asked. */
export function reportLines(report: ReplayReport, { withDiff }: { withDiff: boolean }): string[] {
  const { findings, sessions, unknown } = report;
  const { compared, missing } = sessions;
  const answers = findings.differenceCount;
  return [
    `Replayed ${findings.sentCount} messages of ${count(report.chargers, 'charger')} and ${count(report.nodes, 'gateway')}.`,
    report.endedEarly
      ? 'It was ended before all was played, and the sessions were not compared.'
      : `${compared - missing.length} of ${compared} ended sessions came out the same.`,
    ...some(missing, (session) => [`  missing or different: ${JSON.stringify(session)}`]),
    ...some(unknown, (peer) => [`  ${peer} was not played: the trace does not say what it is.`]),
    answers === 0
      ? 'Every answer is as recorded.'
      : `${count(answers, 'answer')} ${answers === 1 ? 'differs' : 'differ'}.`,
    ...(withDiff ? diffLines(report) : answers > 0 ? ['--diff shows which.'] : []),
  ];
}

function diffLines({ findings, asked }: ReplayReport): string[] {
  const [first, ...others] = findings.firstOfEach();
  return [
    ...(first ? ['', 'The first that differs:', ...differenceLines(first)] : []),
    ...(others.length > 0 ? ['', 'The first of each other:', ...some(others, differenceLines)] : []),
    ...(asked.length > 0
      ? [
          '',
          'What the platform asked of the field, where that is not as recorded (no difference in itself):',
          ...askedLines(asked),
        ]
      : []),
  ];
}

function differenceLines({ peer, line, at, call, fields }: Difference): string[] {
  return [`  ${peer}, line ${line} (${at}): ${call}`, ...fields.map((field) => `    ${fieldLine(field)}`)];
}

/** `idTagInfo.status: "Accepted" → "Blocked"`. */
function fieldLine({ field, recorded, got }: FieldDifference): string {
  const change = field === '' ? `${text(recorded)} → ${text(got)}` : `${value(recorded)} → ${value(got)}`;
  return field === '' ? change : `${field}: ${change}`;
}

/** Summed over all whom it was asked of. */
function askedLines(asked: readonly Asked[]): string[] {
  const byCall = [...Map.groupBy(asked, ({ call }) => call)].map(([call, of]) => ({
    call,
    peers: of.length,
    recorded: of.reduce((sum, { recorded }) => sum + recorded, 0),
    came: of.reduce((sum, { came }) => sum + came, 0),
  }));
  return some(byCall, ({ call, peers, recorded, came }) => [
    `  ${call}: ${recorded} recorded, ${came} came (${count(peers, isTopic(call) ? 'gateway' : 'charger')})`,
  ]);
}

/** What a gateway is sent has a topic, what a charger is asked an action. */
function isTopic(call: string): boolean {
  return call.includes('/');
}

/** The lines of the first few, and how many more there are. */
function some<T>(all: readonly T[], lines: (one: T) => string[]): string[] {
  const more = all.length - MOST_SHOWN;
  return [...all.slice(0, MOST_SHOWN).flatMap(lines), ...(more > 0 ? [`  and ${more} more`] : [])];
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function value(shown: unknown): string {
  return shown === undefined ? 'absent' : text(JSON.stringify(shown));
}

function text(shown: unknown): string {
  const full = typeof shown === 'string' ? shown : JSON.stringify(shown);
  return full.length > LONGEST_VALUE ? `${full.slice(0, LONGEST_VALUE)}…` : full;
}

/** All that a replay found, as JSON. */
export function reportJson({ findings, asked, sessions, ...rest }: ReplayReport): string {
  const differences = findings.differences();
  const found = {
    ...rest,
    sent: findings.sentCount,
    answersThatDiffer: findings.differenceCount,
    first: differences[0] ?? null,
    differences,
    notListed: findings.differenceCount - differences.length,
    asked,
    sessions,
  };
  return `${JSON.stringify(found, null, 2)}\n`;
}
