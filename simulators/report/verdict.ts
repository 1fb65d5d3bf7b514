import { agrees } from '../run/judge.ts';
import type { ExpectationResult, RunResult, Verification } from '../run/result.ts';
import { count, counted } from './format.ts';
import { conditionInWords, LABELS, measuredInWords } from './labels.ts';

/** What a run came to. */
export interface Verdict {
  word: 'Passed' | 'Failed' | 'Stopped';
  /** One sentence: why. */
  sentence: string;
  /** What to look at next. */
  next: string;
}

export function verdictOf(result: RunResult): Verdict {
  const verdict = judged(result);
  return { ...verdict, next: [verdict.next, ...chance(result)].filter(Boolean).join(' ') };
}

function judged(result: RunResult): Verdict {
  const { failure, interrupted, expectations, verification } = result;
  const broken = expectations.filter(({ held }) => !held);
  const [first] = broken;
  if (failure !== null)
    return { word: 'Failed', sentence: `The run broke off: ${sentence(failure)}`, next: AFTER_FAILURE };
  if (interrupted) return { word: 'Stopped', sentence: STOPPED, next: AFTER_STOP };
  if (verification && verification.found > 0 && !agrees(result)) return differs(result, broken.length);
  if (first) {
    return {
      word: 'Failed',
      sentence: `${count(broken.length)} of ${counted(expectations.length, 'expectation')} did not hold.`,
      next: `Look first at ${named(first)}: it was ${measuredInWords(first)}, expected ${conditionInWords(first)}.${hint(result, first)}`,
    };
  }
  if (!result.passed) return { word: 'Failed', sentence: 'The run did not come to its end.', next: AFTER_FAILURE };
  return { word: 'Passed', sentence: whatHeld(result), next: afterPass(result) };
}

const STOPPED = 'The run was stopped before its end; what is told here is what ran until then.';
const AFTER_STOP = 'Run it again to its end before you conclude anything.';
const LOOK_AT_DIFFERENCES = 'Look at the differences.';
const AFTER_FAILURE = 'Look at the errors and at the end of the charts, then at the log of the platform at that time.';

function differs({ verification }: RunResult, broken: number): Verdict {
  const found = verification?.found ?? 0;
  const [first] = verification?.differences ?? [];
  const also = broken > 0 ? `, and ${counted(broken, 'expectation')} did not hold` : '';
  return {
    word: 'Failed',
    sentence: `The platform's records differ from the field in ${counted(found, 'place')}${also}.`,
    next: first ? `Look first at this: ${sentence(first.text)}` : LOOK_AT_DIFFERENCES,
  };
}

function whatHeld({ expectations, verification }: RunResult): string {
  const told = verification ? recordsAre(verification) : '';
  if (expectations.length === 0)
    return `The run came to its end${told && `, and ${told}`}; nothing was expected of it.`;
  const held =
    expectations.length === 1 ? 'The one expectation held' : `All ${count(expectations.length)} expectations held`;
  return `${held}${told && `, and ${told}`}.`;
}

function recordsAre({ found }: Verification): string {
  if (found === 0) return "the platform's records are what happened in the field";
  return `the platform's records differ from the field in ${counted(found, 'place')}, which the scenario allows`;
}

/** Where more than the seed decided what happened. */
function chance({ unawaited }: RunResult): string[] {
  if (unawaited === 0) return [];
  return [
    `${counted(unawaited, 'answer')} took too long to be waited for, so the same seed need not give this truth again.`,
  ];
}

function afterPass({ figures, verification, unawaited }: RunResult): string {
  const lag = figures.lag ?? 0;
  if (lag > LAG_WORTH_TELLING_S)
    return `The platform did not keep up with the speed: simulated time fell ${lag.toFixed(0)} s behind.`;
  if (!verification) return "The platform's records were not held against the field.";
  if (verification.found > 0) return LOOK_AT_DIFFERENCES;
  return unawaited === 0 ? 'Nothing needs a look.' : '';
}

/** Less is the step of the clock. */
const LAG_WORTH_TELLING_S = 5;

function named({ stage, figure }: ExpectationResult): string {
  return `“${LABELS[figure]}” ${stage === null ? 'of the whole run' : `in the stage “${stage}”`}`;
}

function hint({ stages }: RunResult, { stage, figure, measured }: ExpectationResult): string {
  if (figure !== 'reconnected' || measured !== null) return '';
  const figures = stages.find(({ name }) => name === stage)?.figures;
  const away = (figures?.chargers ?? 0) - (figures?.connected ?? 0);
  return away > 0 ? ` ${counted(away, 'charger')} had not come back at its end.` : '';
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
