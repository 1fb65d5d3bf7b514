import { METER_SERIES } from '../charger/truth-meters.ts';
import { inParallel } from '../in-parallel.ts';
import type { Difference } from '../run/result.ts';
import type { FieldTruth } from '../run/truth.ts';
import { roundedValue } from '../series-digest.ts';
import type { SeriesTruth } from '../series-truth.ts';
import type { Target } from '../target.ts';
import { createKeptSeries, type Kept, type PlacedDevice } from './kept-series.ts';
import { createExports, type SeriesQuestion, type StoredReadings } from './stored-series.ts';
import { counted, type Words } from './words.ts';

/** What was found of the measurements, and how many points were compared. */
export interface PointsComparison {
  points: number;
  devices: number;
  evses: number;
  differences: Difference[];
}

type Span = Pick<FieldTruth, 'from' | 'to'>;

/** The platform answers four exports at a time. */
const QUESTIONS_AT_ONCE = 2;
/** An export is made in order of time, so a long one is asked for in pieces. */
const READINGS_AT_ONCE = 1_000_000;
const MOST_HOURS = 3;

/**
 * Holds what devices and the meters of EVSEs showed against the series: each value that was acknowledged is there once, at
 * its time, of its device and metric; and of what was taken but not acknowledged there is not more than was taken. What
 * EVSEs told in units of their own is compared to the thousandth of a Wh, W, A, V or %.
 */
export async function comparePoints(
  truth: FieldTruth,
  { target, words }: { target: Target; words: Words },
): Promise<PointsComparison> {
  const placed =
    (site: string) =>
    (device: SeriesTruth): PlacedDevice => {
      return { ...device, site, span: spanOf(device, truth) };
    };
  const devices = [
    ...truth.sites.flatMap(({ site, devices: own }) => own.map(placed(site))),
    ...truth.chargers.flatMap(({ site, meters }) => meters.map(placed(site))),
  ];
  const readings = createExports(target);
  const differences = new Map<string, Difference>();
  await inParallel([...Map.groupBy(devices, ({ type }) => type)], QUESTIONS_AT_ONCE, async ([type, ofType]) => {
    const metrics = metricsOf(ofType);
    const kept = createKeptSeries(ofType, metrics);
    for (const question of questionsAbout(ofType, { type, metrics })) {
      for await (const some of readings(question)) kept.add(type === METER_SERIES ? rounded(some) : some);
    }
    for (const device of ofType) {
      const difference = differenceOf(device, kept.of(device), words);
      if (difference) differences.set(device.device, difference);
    }
  });
  const heard = devices.filter(({ last }) => last !== null);
  return {
    points: heard.reduce((sum, device) => sum + device.acknowledged * metricsOf([device]).length, 0),
    devices: heard.filter(({ type }) => type !== METER_SERIES).length,
    evses: heard.filter(({ type }) => type === METER_SERIES).length,
    differences: devices.flatMap(({ device }) => differences.get(device) ?? []),
  };
}

function rounded({ values, ...readings }: StoredReadings): StoredReadings {
  const ofMetrics = values.map((column) =>
    column.map((value) => (typeof value === 'number' ? roundedValue(value) : value)),
  );
  return { ...readings, values: ofMetrics };
}

function metricsOf(devices: readonly SeriesTruth[]): string[] {
  return [...new Set(devices.flatMap(({ digest }) => Object.keys(digest.metrics)))];
}

/** Outside of the run where its clock was wrong. */
function spanOf({ firstAt, last }: SeriesTruth, { from, to }: Span): Span {
  return firstAt === undefined || last === null ? { from, to } : { from: firstAt, to: last.at };
}

/** Pieces of the span of all of them, each with about as many readings. */
function questionsAbout(
  devices: readonly PlacedDevice[],
  { type, metrics }: Pick<SeriesQuestion, 'type' | 'metrics'>,
): SeriesQuestion[] {
  const from = devices.reduce((least, { span }) => Math.min(least, span.from), Infinity);
  const to = devices.reduce((most, { span }) => Math.max(most, span.to), -Infinity) + 1;
  const readings = devices.reduce((sum, device) => sum + device.readings, 0);
  const pieces = Math.ceil(readings / READINGS_AT_ONCE) || 1;
  const cut = (n: number) => from + Math.round(((to - from) * n) / pieces);
  return Array.from({ length: pieces }, (_, n) => ({ type, metrics, from: cut(n), to: cut(n + 1) })).filter(
    (piece) => piece.from < piece.to,
  );
}

/** The first thing that is wrong, as the rest may follow from it. */
function differenceOf(truth: PlacedDevice, kept: Kept, words: Words): Difference | null {
  const { device } = truth;
  const miscounted = countSentence(truth, kept, words);
  if (miscounted !== null) return { kind: 'points', subject: device, text: `${device}: ${miscounted}` };
  const wrong = lastSentence(truth, kept, words) ?? seriesSentence(truth, kept, words);
  return wrong === null ? null : { kind: 'value', subject: device, text: `${device}: ${wrong}` };
}

function countSentence(truth: PlacedDevice, kept: Kept, words: Words): string | null {
  const { readings, acknowledged, stampedAgain = 0, uncertain = 0 } = truth;
  const isFew = (count: number) => count < acknowledged - stampedAgain;
  const isWrong = (count: number) => isFew(count) || count > readings + uncertain;
  const was = (count: number) =>
    isFew(count)
      ? `${words.number(acknowledged)} readings were acknowledged`
      : `${words.number(readings)} readings were taken`;
  if (isWrong(kept.readings)) return `${was(kept.readings)}; the platform has ${words.number(kept.readings)}.`;
  const wrong = Object.entries(kept.counts).filter(([, count]) => isWrong(count));
  if (wrong.length === 0) return null;
  const has = wrong.map(([metric, count]) => `${words.number(count)} of ${metric}`).join(', ');
  return `${was(wrong[0]?.[1] ?? 0)}; the platform has ${has}.`;
}

/** One sentence for all values that differ. */
function lastSentence({ last }: PlacedDevice, { last: shown }: Kept, words: Words): string | null {
  if (last === null) return null;
  if (!shown) return `it was read at ${words.second(last.at)}; the platform has nothing of that time.`;
  const wrong = Object.entries(last.values).filter(([metric, value]) => shown[metric] !== value);
  if (wrong.length === 0) return null;
  const was = wrong.map(([metric, value]) => `${metric} ${value}`).join(', ');
  const has = wrong.map(([metric]) => shown[metric] ?? 'nothing').join(', ');
  return `it showed ${was} at ${words.second(last.at)}; the platform has ${has}.`;
}

/** By the digests: which hours, and which metrics where not all of them differ. */
function seriesSentence({ digest, unsureHours }: PlacedDevice, kept: Kept, words: Words): string | null {
  const hours = digest.hours.flatMap((sum, hour) =>
    sum === kept.digest.hours[hour] || unsureHours.includes(hour) ? [] : [hour],
  );
  if (hours.length === 0) return null;
  const metrics = Object.entries(digest.metrics).filter(([metric, sum]) => sum !== kept.digest.metrics[metric]);
  const isAll = unsureHours.length > 0 || metrics.length === Object.keys(digest.metrics).length;
  const what = isAll ? 'what it showed' : `its ${metrics.map(([metric]) => metric).join(', ')}`;
  const when = hours.slice(0, MOST_HOURS).map((hour) => words.hourOfDay(hour));
  const more = hours.length > MOST_HOURS ? [counted(hours.length - MOST_HOURS, 'more hour')] : [];
  return `${what} ${[...when, ...more].join(', ')} was acknowledged; the platform has other values or times.`;
}
