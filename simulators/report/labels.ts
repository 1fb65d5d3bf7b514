import { FIGURES, type FigureName } from '../run/figures.ts';
import type { ExpectationResult } from '../run/result.ts';
import { figure, withUnit } from './format.ts';

/** What each figure is called in a table, short enough for a terminal. */
export const LABELS: Record<FigureName, string> = {
  chargers: 'Chargers of the fleet',
  connected: 'Chargers connected, at the end',
  gateways: 'MQTT connections, at the end',
  reconnected: 'All chargers back after the last cut',
  charging: 'Cars charging, at the end',
  'sessions.begun': 'Sessions begun',
  'sessions.ended': 'Sessions ended',
  energy: 'Energy into cars',
  calls: 'Calls answered',
  'calls.rate': 'Calls answered, a second',
  'calls.p50': 'Half of the answers came within',
  'calls.p95': '95 % of the answers came within',
  'calls.p99': '99 % of the answers came within',
  'calls.max': 'Slowest answer',
  'calls.errors': 'Calls answered with an error',
  'calls.lost': 'Calls never answered',
  publishes: 'Messages acknowledged',
  'publishes.rate': 'Messages acknowledged, a second',
  'publishes.p95': '95 % acknowledged within',
  'publishes.lost': 'Messages never acknowledged',
  points: 'Measured points acknowledged',
  asked: 'Calls and commands to the field',
  orders: 'Commands of an operator',
  'orders.refused': 'Commands refused or failed',
  updated: 'Chargers with new firmware, at the end',
  strangers: 'Kinds of strangers that there are',
  'strangers.kinds': 'Kinds of strangers that came',
  'strangers.came': 'Strangers that came',
  unmet: 'Strangers not met as they must be',
  overloads: 'Time in which sites drew too much',
  'overloads.worst': 'Most drawn beyond a grid connection',
  'handshakes.failed': 'Connections refused or broken off',
  queued: 'Messages still waiting, at the end',
  differences: 'Differences between platform and field',
  lag: 'Simulated time behind, at most',
  memory: 'Memory used, at most',
};

/** The rows of a table of figures, in the order in which a run is understood. */
export const FIGURE_GROUPS: readonly { title: string; figures: readonly FigureName[] }[] = [
  { title: 'Fleet', figures: ['connected', 'gateways', 'reconnected', 'handshakes.failed'] },
  { title: 'Charging', figures: ['charging', 'sessions.begun', 'sessions.ended', 'energy'] },
  { title: 'Grid connections', figures: ['overloads', 'overloads.worst'] },
  { title: 'Strangers', figures: ['strangers.kinds', 'strangers.came', 'unmet'] },
  { title: 'Operators', figures: ['orders', 'orders.refused', 'updated'] },
  {
    title: 'Calls of chargers (OCPP)',
    figures: ['calls', 'calls.rate', 'calls.p50', 'calls.p95', 'calls.p99', 'calls.max', 'calls.errors', 'calls.lost'],
  },
  {
    title: 'Messages over MQTT',
    figures: ['publishes', 'publishes.rate', 'publishes.p95', 'publishes.lost', 'points'],
  },
  { title: 'Platform', figures: ['asked', 'differences'] },
  { title: 'Simulators', figures: ['queued', 'lag', 'memory'] },
];

const COMPARISONS: Record<string, string> = {
  '=': 'exactly',
  '!=': 'other than',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
};

/** The condition of an expectation in words: `at most 12 s`. */
export function conditionInWords({ figure: name, condition }: ExpectationResult): string {
  const [, comparison = '', value = ''] = /^\s*(!=|<=|>=|=|<|>)\s*(\S+)\s*$/.exec(condition) ?? [];
  const words = COMPARISONS[comparison];
  if (words === undefined || !Number.isFinite(Number(value))) return condition;
  const { unit } = FIGURES[name];
  return `${words} ${unit === '' ? withUnit(Number(value), '').trim() : withUnit(Number(value), unit)}`;
}

/** What was measured of an expectation, in words. */
export function measuredInWords({ figure: name, measured }: ExpectationResult): string {
  return measured === null ? 'nothing to measure' : figure(name, measured);
}
