import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PowerPoint } from '../api/contract.ts';
import { number } from '../format/quantity.ts';
import { clockTime, TIME_ZONE } from '../format/time.ts';
import { colourOf, useColours } from '../ui/colour.ts';
import { useLocale } from '../ui/use-locale.ts';

const HEIGHT = 300;

/** The four lines; each has its own stroke, so that it is known without colour. */
const LINES = [
  { name: 'sun', field: 'pvW', dash: [], fill: true },
  { name: 'grid', field: 'gridW', dash: [6, 4], fill: false },
  { name: 'building', field: 'buildingW', dash: [2, 3], fill: false },
  { name: 'cars', field: 'chargingW', dash: [], fill: false },
] as const;

/** The powers of a site over time, kW. The values under the pointer, else the newest, stand in the legend. */
export function PowerChart({ points, hours }: { points: readonly PowerPoint[]; hours: number }) {
  const { t } = useTranslation();
  const { locale } = useLocale();
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const data = useMemo(() => columns(points), [points]);
  usePlot({ place, data, locale, onPoint: setPointed });
  const at = pointed === null ? points.at(-1) : points[pointed];
  return (
    <figure className="chart">
      <Legend at={at} isNow={pointed === null} />
      <div ref={place} role="img" aria-label={t('site.chartLabel', { hours })} className="chart-plot" />
    </figure>
  );
}

function Legend({ at, isNow }: { at: PowerPoint | undefined; isNow: boolean }) {
  const { t } = useTranslation();
  const { locale, kw } = useLocale();
  return (
    <figcaption className="chart-legend">
      <span className="chart-time">{at && (isNow ? t('site.now') : clockTime(at.at, locale))}</span>
      {LINES.map(({ name, field, dash }) => (
        <span key={name} className={`chart-key source-${name}`}>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path d="M1 4h22" strokeDasharray={dash.join(' ')} />
          </svg>
          {t(`power.${name}`)}
          <strong>{kw(at?.[field] ?? null)}</strong> kW
        </span>
      ))}
    </figcaption>
  );
}

function columns(points: readonly PowerPoint[]): uPlot.AlignedData {
  const column = (field: (typeof LINES)[number]['field']) =>
    points.map((point) => (point[field] === null ? null : point[field] / 1000));
  return [points.map(({ at }) => at / 1000), ...LINES.map(({ field }) => column(field))];
}

function usePlot(props: {
  place: RefObject<HTMLDivElement | null>;
  data: uPlot.AlignedData;
  locale: string;
  onPoint: (index: number | null) => void;
}): void {
  const { place, data, locale, onPoint } = props;
  const colours = useColours();
  const plot = useRef<uPlot | null>(null);
  const newest = useRef(data);
  useEffect(() => {
    newest.current = data;
    plot.current?.setData(data);
  }, [data]);
  useEffect(() => {
    const { current: element } = place;
    if (!element) return;
    const made = new uPlot(options({ width: element.clientWidth, locale, onPoint }), newest.current, element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [place, locale, onPoint, colours]);
}

function options(of: { width: number; locale: string; onPoint: (index: number | null) => void }): uPlot.Options {
  const { width, locale, onPoint } = of;
  const axis = {
    stroke: colourOf('text-muted'),
    grid: { stroke: colourOf('line'), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, min, max) => uPlot.rangeNum(Math.min(0, min), Math.max(1, max), 0.1, true) } },
    axes: [
      { ...axis, values: (_, seconds) => seconds.map((at) => clockTime(at * 1000, locale)), space: 64 },
      {
        ...axis,
        values: (_, kw) => kw.map((value) => number(value, 0, locale)),
        size: 40,
        incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000],
      },
    ],
    series: [{}, ...LINES.map(line)],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}

function line({ name, dash, fill }: (typeof LINES)[number]): uPlot.Series {
  return {
    stroke: colourOf(name),
    width: name === 'cars' ? 2.5 : 1.75,
    dash: [...dash],
    points: { size: 5, filter: lonely },
    spanGaps: false,
    ...(fill ? { fill: colourOf(`${name}-soft`) } : {}),
  };
}

/** The measurements with nothing before and after them: no line shows these, so each gets a dot. */
function lonely(plot: uPlot, line: number): number[] {
  const values = plot.data[line] ?? [];
  const isGap = (i: number) => values[i] === null || values[i] === undefined;
  return Array.from(values, (_, i) => i).filter((i) => !isGap(i) && isGap(i - 1) && isGap(i + 1));
}
