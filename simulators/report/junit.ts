import { isoTime, type Millis, SECOND } from '#estate/units.ts';
import { agrees } from '../run/judge.ts';
import type { ExpectationResult, RunResult, StageResult } from '../run/result.ts';
import { escaped } from './escape.ts';
import { conditionInWords, LABELS, measuredInWords } from './labels.ts';
import { verdictOf } from './verdict.ts';
import { verificationLines } from './verification.ts';

/** A case of a suite; without a failure it passed. */
interface TestCase {
  name: string;
  failure?: { message: string; text: string };
  /** Why it was not tried. */
  skipped?: string;
}

interface Suite {
  name: string;
  /** Real time at which it began. */
  from: Millis;
  timeS: number;
  cases: TestCase[];
}

const MOST_DIFFERENCES = 50;

/** The run as JUnit XML: a suite for each stage with a case for each expectation, and one for the run as a whole. */
export function junit(result: RunResult): string {
  const suites = [...result.stages.map((stage) => stageSuite(result, stage)), runSuite(result)];
  const cases = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: result.scenario.name, ...totals(cases), time: seconds(result.durationS) })}>`,
    ...suites.map((suite) => suiteXml(suite, result)),
    '</testsuites>',
    '',
  ].join('\n');
}

function stageSuite({ countedFrom, expectations }: RunResult, { name, fromS, toS }: StageResult): Suite {
  return {
    name,
    from: Date.parse(countedFrom) + fromS * SECOND,
    timeS: toS - fromS,
    cases: expectations.filter(({ stage }) => stage === name).map(expectationCase),
  };
}

function runSuite(result: RunResult): Suite {
  const ofStages = new Set(result.stages.map(({ name }) => name));
  // An expectation of a stage that never began belongs to the run: it may not get lost.
  const rest = result.expectations.filter(({ stage }) => stage === null || !ofStages.has(stage));
  return {
    name: 'whole run',
    from: Date.parse(result.startedAt),
    timeS: result.durationS,
    cases: [endCase(result), ...rest.map(expectationCase), verificationCase(result)],
  };
}

function endCase(result: RunResult): TestCase {
  const name = 'The run came to its end';
  if (result.failure === null && !result.interrupted) return { name };
  const { sentence, next } = verdictOf(result);
  return { name, failure: { message: sentence, text: next } };
}

function expectationCase(each: ExpectationResult): TestCase {
  const name = `${LABELS[each.figure]}: ${conditionInWords(each)} (${each.figure} ${each.condition})`;
  if (each.held) return { name };
  const message = `${measuredInWords(each)}, expected ${conditionInWords(each)}`;
  return { name, failure: { message, text: `${each.figure} was ${each.measured ?? 'not measured'}` } };
}

function verificationCase(result: RunResult): TestCase {
  const { verification } = result;
  const name = "The platform's records are what happened in the field";
  if (!verification) return { name, skipped: 'not checked' };
  if (verification.found === 0) return { name };
  const { summaryText, differences, more } = verificationLines(verification, MOST_DIFFERENCES);
  if (agrees(result)) return { name, skipped: `the scenario allows for what differs: ${summaryText}` };
  return { name, failure: { message: summaryText, text: [...differences, more].join('\n').trim() } };
}

function suiteXml({ name, from, timeS, cases }: Suite, { scenario }: RunResult): string {
  const time = seconds(timeS);
  const head = attributes({ name, ...totals(cases), time, timestamp: isoTime(from) });
  const lines = cases.map((each) =>
    caseXml(each, attributes({ classname: `${scenario.name}.${name}`, name: each.name })),
  );
  return [`  <testsuite${head}>`, ...lines, '  </testsuite>'].join('\n');
}

function caseXml({ failure, skipped }: TestCase, head: string): string {
  if (failure) {
    const type = attributes({ message: failure.message, type: 'expectation' });
    return `    <testcase${head}>\n      <failure${type}>${escaped(failure.text)}</failure>\n    </testcase>`;
  }
  if (skipped === undefined) return `    <testcase${head}/>`;
  return `    <testcase${head}>\n      <skipped${attributes({ message: skipped })}/>\n    </testcase>`;
}

function totals(cases: readonly TestCase[]) {
  return {
    tests: String(cases.length),
    failures: String(cases.filter(({ failure }) => failure).length),
    errors: '0',
    skipped: String(cases.filter(({ skipped }) => skipped !== undefined).length),
  };
}

function attributes(of: Record<string, string>): string {
  return Object.entries(of)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll(/[\t\r\n]/g, ' ')}"`)
    .join('');
}

function seconds(value: number): string {
  return value.toFixed(3);
}
