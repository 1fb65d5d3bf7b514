import { clockTime } from '../format.ts';
import { asWritten, html, type Markup } from './markup.ts';
import { type Scale, spread } from './scale.ts';

/** A line of a chart. */
export interface Line {
  name: string;
  /** A class of the style sheet, which gives its colour. */
  tone: string;
  /** A gap where there is no value. */
  points: readonly { atS: number; value: number | null }[];
}

export interface Chart {
  title: string;
  /** What is measured, in its unit. */
  unit: string;
  lines: readonly Line[];
  scale: Scale;
  /** A value of the axis or of a line, with its unit. */
  show: (value: number) => string;
}

/** What all charts of a run have in common. */
export interface Stretch {
  time: Scale;
  /** Shares of the time at which a stage begins. */
  stages: readonly number[];
  /** Shares of the time during which a fault stands. */
  faults: readonly { from: number; to: number }[];
}

/** The drawing is stretched to the room there is; its texts stand beside it, so that they are not. */
const WIDTH = 1000;
const HEIGHT = 100;
/** Of a label at the end of a line, in heights of the chart. */
const LABEL_GAP = 0.13;

/** A chart as a figure: its lines named where they end, above stages and faults that go through all charts of the run. */
export function chartFigure(chart: Chart, stretch: Stretch): Markup {
  const { title, unit, lines, scale, show } = chart;
  const isNamed = lines.length > 1;
  return html`<figure class="chart${isNamed ? ' named' : ''}">
    <figcaption><strong>${title}</strong> <span class="muted">${unit}</span>${isNamed ? legend(lines) : ''}</figcaption>
    <div class="plot">
      <div class="y-axis" aria-hidden="true">
        ${scale.ticks.map((tick) => html`<span style="bottom:${percent(scale.at(tick))}">${show(tick)}</span>`)}
      </div>
      ${drawing(chart, stretch)} ${isNamed ? endLabels(chart) : ''}
      <div class="x-axis" aria-hidden="true">
        ${stretch.time.ticks.map(
          (tick) => html`<span style="left:${percent(stretch.time.at(tick))}">${clockTime(tick)}</span>`,
        )}
      </div>
    </div>
  </figure>`;
}

function drawing({ title, lines, scale, show }: Chart, { time, stages, faults }: Stretch): Markup {
  const grid = scale.ticks.map((tick) => html`<path class="grid" d="M0 ${y(scale, tick)}H${WIDTH}" />`);
  const bands = faults.map(
    ({ from, to }) =>
      html`<rect
        class="fault"
        x="${round(from * WIDTH)}"
        y="0"
        width="${round(Math.max(to - from, 0.002) * WIDTH)}"
        height="${HEIGHT}"
      />`,
  );
  const borders = stages.map((at) => html`<path class="border" d="M${round(at * WIDTH)} 0V${HEIGHT}" />`);
  const paths = lines.map(({ tone, points }) => {
    const d = pathOf(
      points.map(({ atS, value }) => ({ x: time.at(atS) * WIDTH, y: value === null ? null : y(scale, value) })),
    );
    return html`<path class="line ${tone}" d="${d}" />`;
  });
  return html`<svg
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    preserveAspectRatio="none"
    role="img"
    aria-label="${inWords({ title, lines, show })}"
  >
    ${bands}${grid}${borders}${paths}
  </svg>`;
}

/** What a chart shows, for who does not see it. */
function inWords({ title, lines, show }: Pick<Chart, 'title' | 'lines' | 'show'>): string {
  const texts = lines.map(({ name, points }) => {
    const values = points.flatMap(({ value }) => value ?? []);
    const last = values.at(-1);
    if (last === undefined) return `${name}: nothing measured`;
    return `${name}: from ${show(Math.min(...values))} to ${show(Math.max(...values))}, at the end ${show(last)}`;
  });
  return `${title}. ${texts.join('; ')}.`;
}

function legend(lines: readonly Line[]): Markup {
  return html`<span class="legend"
    >${lines.map(({ name, tone }) => html`<span class="key ${tone}">${name}</span>`)}</span
  >`;
}

function endLabels({ lines, scale }: Chart): Markup {
  const ends = lines.map(({ points }) => points.findLast(({ value }) => value !== null)?.value ?? 0);
  const places = spread(
    ends.map((value) => scale.at(value)),
    LABEL_GAP,
  );
  return html`<div class="ends" aria-hidden="true">
    ${lines.map(
      ({ name, tone }, at) => html`<span class="key ${tone}" style="bottom:${percent(places[at] ?? 0)}">${name}</span>`,
    )}
  </div>`;
}

/** A line through the points, with a gap where one has no value; a point alone is drawn as a dot. */
function pathOf(points: readonly { x: number; y: number | null }[]): Markup {
  let isDrawing = false;
  const steps = points.map(({ x, y: height }, at) => {
    if (height === null) {
      isDrawing = false;
      return '';
    }
    const isAlone = !isDrawing && (points[at + 1]?.y ?? null) === null;
    const step = `${isDrawing ? 'L' : 'M'}${round(x)} ${round(height)}${isAlone ? 'h0.01' : ''}`;
    isDrawing = true;
    return step;
  });
  return asWritten(steps.join(''));
}

function y(scale: Scale, value: number): number {
  return round((1 - scale.at(value)) * HEIGHT);
}

export function percent(share: number): string {
  return `${round(100 * share)}%`;
}

function round(value: number): number {
  return Math.round(100 * value) / 100;
}
