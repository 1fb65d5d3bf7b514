import type { RunResult, TimelinePoint } from '../../run/result.ts';
import { amount, count, withUnit } from '../format.ts';
import { type Chart, chartFigure, type Line, type Stretch } from './chart.ts';
import { html, type Markup } from './markup.ts';
import { linearScale, logScale, type Scale, timeScale } from './scale.ts';
import { strips } from './strips.ts';

/** The run over its time: stages and faults above, then the figures, all over the same axis. */
export function charts(result: RunResult): Markup {
  if (result.timeline.length === 0) return html`<p>Nothing was measured over time.</p>`;
  const stretch = stretchOf(result);
  return html`${strips(result, stretch.time)} ${wideCharts(result).map((chart) => chartFigure(chart, stretch))}
    <div class="small-charts">${smallCharts(result).map((chart) => chartFigure(chart, stretch))}</div>`;
}

function stretchOf({ timeline, stages, faults }: RunResult): Stretch {
  const endS = Math.max(timeline.at(-1)?.atS ?? 0, stages.at(-1)?.toS ?? 0);
  const time = timeScale(endS);
  return {
    time,
    stages: stages.map(({ fromS }) => time.at(fromS)),
    faults: faults.map(({ fromS, toS }) => ({ from: time.at(fromS), to: time.at(toS ?? endS) })),
  };
}

function wideCharts({ timeline, fleet }: RunResult): Chart[] {
  const line = lineOver(timeline);
  const traffic = [
    line('calls of chargers', 'chargers', ({ callsPerS }) => callsPerS),
    line('messages over MQTT', 'gateways', ({ publishesPerS }) => publishesPerS),
  ];
  const answers = [
    line('half', 'p50', ({ p50Ms }) => p50Ms),
    line('95 %', 'p95', ({ p95Ms }) => p95Ms),
    line('99 %', 'p99', ({ p99Ms }) => p99Ms),
  ];
  const fleetLines = [
    line('chargers connected', 'chargers', ({ connected }) => connected),
    line('cars charging', 'cars', ({ charging }) => charging),
  ];
  return [
    {
      title: 'Chargers connected and cars charging',
      unit: '',
      lines: fleetLines,
      scale: linearScale(Math.max(fleet.chargers, greatestOf(fleetLines))),
      show: count,
    },
    { title: 'Traffic', unit: 'a second', lines: traffic, scale: linearScale(greatestOf(traffic)), show: amount },
    {
      title: 'Time until a call is answered',
      unit: 'share of the answers that came within this time; each grid line is ten times the one below',
      lines: answers,
      scale: scaleOfAnswers(answers),
      show: (value) => withUnit(value, 'ms'),
    },
  ];
}

function smallCharts({ timeline }: RunResult): Chart[] {
  const line = lineOver(timeline);
  const errors = [line('errors and calls or messages without an answer', 'errors', (point) => point.errors)];
  const lag = [line('simulated time behind', 'plain', ({ lagS }) => lagS)];
  const memory = [line('memory of the simulators', 'plain', ({ memoryMB }) => Math.round(memoryMB))];
  return [
    {
      title: 'Errors and no answers',
      unit: 'so far',
      lines: errors,
      scale: linearScale(greatestOf(errors)),
      show: count,
    },
    {
      title: 'Simulated time behind',
      unit: 'where the platform does not keep up',
      lines: lag,
      scale: linearScale(greatestOf(lag)),
      show: (value) => withUnit(value, 's'),
    },
    {
      title: 'Memory of the simulators',
      unit: 'in use',
      lines: memory,
      scale: linearScale(greatestOf(memory)),
      show: (value) => withUnit(value, 'MB'),
    },
  ];
}

function lineOver(timeline: readonly TimelinePoint[]) {
  return (name: string, tone: string, of: (point: TimelinePoint) => number | null): Line => ({
    name,
    tone,
    points: timeline.map((point) => ({ atS: point.atS, value: of(point) })),
  });
}

function valuesOf(lines: readonly Line[]): number[] {
  return lines.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []));
}

function greatestOf(lines: readonly Line[]): number {
  return Math.max(0, ...valuesOf(lines));
}

const LEAST_ANSWER_MS = 0.1;

function scaleOfAnswers(lines: readonly Line[]): Scale {
  const values = valuesOf(lines).map((value) => Math.max(value, LEAST_ANSWER_MS));
  return values.length === 0 ? logScale(1, 1000) : logScale(Math.min(...values), Math.max(...values));
}
