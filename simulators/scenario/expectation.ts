import { z } from 'zod';
import { type FigureName, type Figures, FIGURES } from '../run/figures.ts';
import { partOf } from './share.ts';

const OPERATORS = {
  '=': (one: number, other: number) => one === other,
  '!=': (one: number, other: number) => one !== other,
  '<': (one: number, other: number) => one < other,
  '<=': (one: number, other: number) => one <= other,
  '>': (one: number, other: number) => one > other,
  '>=': (one: number, other: number) => one >= other,
} as const;

export type Operator = keyof typeof OPERATORS;

export const FIGURE_NAMES = Object.keys(FIGURES).filter(isFigureName);

/** What a figure must be. */
export interface Expectation {
  figure: FigureName;
  operator: Operator;
  /** In the figure's unit; a share from 0 to 1 of another figure where `of` names one. */
  value: number;
  of: FigureName | null;
}

/** Figures that may be expected as a share of another: `connected: ">= 99 %"`. */
export const WHOLE_OF: Partial<Record<FigureName, FigureName>> = {
  connected: 'chargers',
  'calls.errors': 'calls',
  'calls.lost': 'calls',
  'publishes.lost': 'publishes',
  'orders.refused': 'orders',
  updated: 'chargers',
  'strangers.kinds': 'strangers',
};

/** A condition on a figure as it is written: an operator, a number and, if one likes, the figure's unit. */
export function conditionText(figure: FigureName) {
  const { unit, about } = FIGURES[figure];
  const units = [unit, figure in WHOLE_OF ? '%' : ''].filter((each) => each !== '');
  const tail = units.length > 0 ? ` ?(?:${units.join('|')})?` : '';
  const pattern = new RegExp(`^(?:=|!=|<=?|>=?) ?\\d+(?:\\.\\d+)?${tail}$`);
  const examples = ['', ...units].map((each) => `"<= 10${each && ` ${each}`}"`);
  const error = `a condition is expected, as in ${examples.join(' or ')}`;
  return z
    .string({ error })
    .regex(pattern, { error })
    .transform((text) => parseCondition(text, figure))
    .meta({ title: figure, description: units.length > 0 ? `${about} (${units.join(' or ')}).` : `${about}.` });
}

function parseCondition(text: string, figure: FigureName): Expectation {
  const [, sign = '', number = '', unit] = /^([=!<>]+) ?([\d.]+) ?(.*)$/.exec(text) ?? [];
  const operator = isOperator(sign) ? sign : '=';
  const of = unit === '%' ? (WHOLE_OF[figure] ?? null) : null;
  return { figure, operator, value: of === null ? Number(number) : Number(number) / 100, of };
}

function isFigureName(name: string): name is FigureName {
  return name in FIGURES;
}

function isOperator(text: string): text is Operator {
  return text in OPERATORS;
}

/** The condition in words: `<= 10 s`, `>= 99 % of chargers`. */
export function conditionInWords({ figure, operator, value, of }: Expectation): string {
  if (of !== null) return `${operator} ${partOf(100, value)} % of ${of}`;
  const { unit } = FIGURES[figure];
  return unit === '' ? `${operator} ${value}` : `${operator} ${value} ${unit}`;
}

/** Whether figures are as expected; what was not measured is not. */
export function holds({ figure, operator, value, of }: Expectation, figures: Readonly<Partial<Figures>>): boolean {
  const measured = figures[figure] ?? null;
  if (measured === null) return false;
  if (of === null) return OPERATORS[operator](measured, value);
  const whole = figures[of] ?? null;
  return whole !== null && OPERATORS[operator](measured, partOf(whole, value));
}
