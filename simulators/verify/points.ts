import { z } from 'zod';
import { DAY, MINUTE, SECOND } from '#estate/units.ts';
import { csvRows } from '../checks/csv.ts';
import { inParallel } from '../in-parallel.ts';
import type { Difference } from '../run/result.ts';
import type { DeviceTruth, FieldTruth } from '../run/truth.ts';
import type { Target } from '../target.ts';
import type { Words } from './words.ts';

/** What was found of the measurements, and how many points were compared. */
export interface PointsComparison {
  points: number;
  devices: number;
  differences: Difference[];
}

/** A device of which something was acknowledged. */
type Heard = DeviceTruth & { last: NonNullable<DeviceTruth['last']> };

type Span = Pick<FieldTruth, 'from' | 'to'>;

/** What the platform has of each device. */
interface Kept {
  counts: Map<string, number>;
  /** The values at the time of the newest reading that was acknowledged. */
  lasts: Map<string, Map<string, number>>;
}

const answer = z.object({
  series: z.array(z.object({ device: z.string(), points: z.array(z.tuple([z.number(), z.number()])) })),
});
/** Each question is about all devices of a type; the platform answers four exports at a time. */
const QUESTIONS_AT_ONCE = 3;
const ROLLUP_S = (15 * MINUTE) / SECOND;
/** The API takes no step longer than a year. */
const LONGEST_STEP_S = (365 * DAY) / SECOND - 1;

/**
 * Holds what devices measured against the series: of each device as many readings as were acknowledged, and not more
 * than were taken; and every value of the newest one that was acknowledged.
 */
export async function comparePoints(
  truth: FieldTruth,
  { target, words }: { target: Target; words: Words },
): Promise<PointsComparison> {
  const devices = truth.sites.flatMap((site) => site.devices).filter(isHeard);
  const kept = { counts: await countsOf(devices, truth, target), lasts: await lastsOf(devices, target) };
  return {
    points: devices.reduce((sum, { acknowledged, last }) => sum + acknowledged * metricsOf({ last }).length, 0),
    devices: devices.length,
    differences: devices.flatMap((device) => differenceOf(device, kept, words) ?? []),
  };
}

function isHeard(device: DeviceTruth): device is Heard {
  return device.last !== null;
}

function metricsOf({ last }: Pick<Heard, 'last'>): string[] {
  return Object.keys(last.values);
}

/** When a device said that it was read: outside of the run where its clock was wrong. */
function spanOf({ firstAt, last }: Heard, { from, to }: Span): Span {
  return firstAt === undefined ? { from, to } : { from: firstAt, to: last.at };
}

/** Readings that the platform has: each holds every metric of its device once, so one of them is counted. */
async function countsOf(devices: readonly Heard[], run: Span, target: Target): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const questions = Map.groupBy(devices, (device) => {
    const span = spanOf(device, run);
    return `type=${device.type}&metric=${metricsOf(device)[0]}&from=${span.from}&to=${span.to + 1}&step=${stepOf(span)}`;
  });
  await inParallel([...questions], QUESTIONS_AT_ONCE, async ([question, asked]) => {
    const { series } = await target.get(`/v1/series?${question}&aggregate=count`, answer);
    const found = new Map(series.map(({ device, points }) => [device, points]));
    for (const { device } of asked) {
      counts.set(device, found.get(device)?.reduce((sum, [, count]) => sum + count, 0) ?? 0);
    }
  });
  return counts;
}

/** As long as the whole span, or nearly a year; no multiple of what roll-ups are made of, so that points themselves are counted. */
function stepOf({ from, to }: Span): number {
  const spanS = Math.min(LONGEST_STEP_S, Math.ceil((to + 1 - from) / SECOND));
  return spanS % ROLLUP_S === 0 ? spanS + 1 : spanS;
}

/** What devices showed when they were last heard; those of a type that were read at once are asked for at once. */
async function lastsOf(devices: readonly Heard[], target: Target): Promise<Kept['lasts']> {
  const lasts: Kept['lasts'] = new Map();
  const questions = Map.groupBy(devices, ({ type, last: { at } }) => `type=${type}&from=${at}&to=${at + 1}`);
  await inParallel([...questions], QUESTIONS_AT_ONCE, async ([question, asked]) => {
    const metrics = [...new Set(asked.flatMap(metricsOf))];
    const text = await target.text(`/v1/series/export?${question}&metrics=${metrics.join()}&synthetic=true`);
    const wanted = new Set(asked.map(({ device }) => device));
    for (const { cells } of csvRows(text).slice(1)) {
      const [, , device = '', , ...values] = cells;
      if (!wanted.has(device)) continue;
      const shown = metrics.flatMap((metric, at): [string, number][] =>
        (values[at] ?? '') === '' ? [] : [[metric, Number(values[at])]],
      );
      lasts.set(device, new Map(shown));
    }
  });
  return lasts;
}

function differenceOf(truth: Heard, { counts, lasts }: Kept, words: Words): Difference | null {
  const { device } = truth;
  const miscounted = countSentence(truth, counts.get(device) ?? 0, words);
  if (miscounted !== null) return { kind: 'points', subject: device, text: `${device}: ${miscounted}` };
  const wrong = valueSentence(truth, lasts.get(device), words);
  return wrong === null ? null : { kind: 'value', subject: device, text: `${device}: ${wrong}` };
}

function countSentence(
  { readings, acknowledged, stampedAgain = 0 }: Heard,
  count: number,
  words: Words,
): string | null {
  const has = `the platform has ${words.number(count)}.`;
  if (count < acknowledged - stampedAgain) return `${words.number(acknowledged)} readings were acknowledged; ${has}`;
  return count > readings ? `${words.number(readings)} readings were taken; ${has}` : null;
}

/** One sentence for all values that differ. */
function valueSentence({ last }: Heard, shown: ReadonlyMap<string, number> | undefined, words: Words): string | null {
  if (!shown) return `it was read at ${words.second(last.at)}; the platform has nothing of that time.`;
  const wrong = Object.entries(last.values).filter(([metric, value]) => shown.get(metric) !== value);
  if (wrong.length === 0) return null;
  const was = wrong.map(([metric, value]) => `${metric} ${value}`).join(', ');
  const has = wrong.map(([metric]) => shown.get(metric) ?? 'nothing').join(', ');
  return `it showed ${was} at ${words.second(last.at)}; the platform has ${has}.`;
}
