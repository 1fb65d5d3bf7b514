import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { PowerPoint, SitePower } from '../api/contract.ts';
import { number } from '../format/quantity.ts';
import { clockTime, TIME_ZONE } from '../format/time.ts';
import { colourOf, useColours } from '../ui/colour.ts';
import { useLocale } from '../ui/use-locale.ts';
import { bridged, lonely } from './gaps.ts';

/** Until the page is laid out, and where it leaves the height to the chart, px. */
const LEAST_HEIGHT = 300;

/** The four lines; each has its own stroke, so that it is known without colour. */
const LINES = [
  { name: 'sun', field: 'pvW', dash: [], fill: true },
  { name: 'grid', field: 'gridW', dash: [6, 4], fill: false },
  { name: 'building', field: 'buildingW', dash: [2, 3], fill: false },
  { name: 'cars', field: 'chargingW', dash: [], fill: false },
] as const;

/** The powers of a site over time, kW. In the legend stand those under the pointer, else those of this moment. */
export function PowerChart(props: { points: readonly PowerPoint[]; now: SitePower; hours: number }) {
  const { points, now, hours } = props;
  const { t } = useTranslation();
  const { locale } = useLocale();
  const place = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const data = useMemo(() => columns(points), [points]);
  usePlot({ place, data, locale, onPoint: setPointed });
  const then = pointed === null ? undefined : points[pointed];
  return (
    <figure className="chart">
      <Legend powers={then ?? now} at={then?.at ?? null} />
      <div ref={place} role="img" aria-label={t('site.chartLabel', { hours })} className="chart-plot" />
    </figure>
  );
}

function Legend({ powers, at }: { powers: SitePower; at: number | null }) {
  const { t } = useTranslation();
  const { locale, kw } = useLocale();
  return (
    <figcaption className="chart-legend">
      <span className="chart-time">{at === null ? t('site.now') : clockTime(at, locale)}</span>
      {LINES.map(({ name, field, dash }) => (
        <span key={name} className={`chart-key source-${name}`}>
          <svg viewBox="0 0 24 8" aria-hidden="true">
            <path d="M1 4h22" strokeDasharray={dash.join(' ')} />
          </svg>
          {t(`power.${name}`)}
          <strong>{kw(powers[field])}</strong> kW
        </span>
      ))}
    </figcaption>
  );
}

function columns(points: readonly PowerPoint[]): uPlot.AlignedData {
  const instants = points.map(({ at }) => at);
  const column = (field: (typeof LINES)[number]['field']) =>
    bridged(
      points.map(({ [field]: powerW }) => (powerW === null ? null : powerW / 1000)),
      instants,
    );
  return [instants.map((at) => at / 1000), ...LINES.map(({ field }) => column(field))];
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
    const made = new uPlot(options({ ...sizeOf(element), locale, onPoint }), newest.current, element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize(sizeOf(element)));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [place, locale, onPoint, colours]);
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: element.clientWidth, height: Math.max(LEAST_HEIGHT, element.clientHeight) };
}

function options(of: {
  width: number;
  height: number;
  locale: string;
  onPoint: (index: number | null) => void;
}): uPlot.Options {
  const { width, height, locale, onPoint } = of;
  const axis = {
    stroke: colourOf('text-muted'),
    grid: { stroke: colourOf('line'), width: 1 },
    ticks: { show: false },
    font: `12px ${getComputedStyle(document.body).fontFamily}`,
  };
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), TIME_ZONE),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, min, max) => uPlot.rangeNum(Math.min(0, min), Math.max(1, max), 0.1, true) } },
    axes: [
      { ...axis, values: (_, seconds) => seconds.map((at) => clockTime(at * 1000, locale)), space: 64, size: 30 },
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
    points: { size: 5, filter: (plot, index) => lonely(plot.data[index] ?? []) },
    spanGaps: false,
    ...(fill ? { fill: colourOf(`${name}-soft`) } : {}),
  };
}
