import { conditionInWords, type Expectation, holds } from '../scenario/expectation.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { partOf } from '../scenario/share.ts';
import type { Figures } from './figures.ts';
import type { ExpectationResult, RunResult, StageResult } from './result.ts';

/** Holds what a scenario expects against what was measured. A stage that was not reached did not do as expected. */
export function judge(
  { stages, expect }: Pick<Scenario, 'stages' | 'expect'>,
  measured: { figures: Figures; stages: readonly StageResult[] },
): ExpectationResult[] {
  const ofStages = stages.flatMap(({ name, expect: expected }) => {
    const figures = measured.stages.find((stage) => stage.name === name)?.figures ?? null;
    return expected.map((each) => resultOf(each, { stage: name, figures }));
  });
  return [...ofStages, ...expect.map((each) => resultOf(each, { stage: null, figures: measured.figures }))];
}

/** Whether the platform differs from the field no more than it may: not at all, unless the scenario says how often. */
export function agrees({ verification, expectations }: Pick<RunResult, 'verification' | 'expectations'>): boolean {
  const told = expectations.filter(({ figure }) => figure === 'differences');
  return verification !== null && (told.length === 0 ? verification.found === 0 : told.every(({ held }) => held));
}

function resultOf(
  expected: Expectation,
  { stage, figures }: { stage: string | null; figures: Figures | null },
): ExpectationResult {
  const { figure, operator, value, of } = expected;
  const whole = of === null ? null : (figures?.[of] ?? null);
  return {
    stage,
    figure,
    condition: of === null ? `${operator} ${value}` : shareInNumbers(expected, whole),
    measured: figures?.[figure] ?? null,
    held: figures !== null && holds(expected, figures),
  };
}

/** A condition on a share as one on a count, or as it is where the whole is not known. */
function shareInNumbers(expected: Expectation, whole: number | null): string {
  if (whole === null) return conditionInWords(expected);
  const { operator, value } = expected;
  const part = partOf(whole, value);
  if (operator === '<=' || operator === '>') return `${operator} ${Math.floor(part)}`;
  return `${operator} ${operator === '=' || operator === '!=' ? part : Math.ceil(part)}`;
}
