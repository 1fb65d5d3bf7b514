import { nextTurn } from '#estate/next-turn.ts';
import type { Reading } from '#estate/sample.ts';
import { DAY, type Millis } from '#estate/units.ts';
import { GAP_MS, type Counters } from './counters.ts';
import { byDevice, fold, unknownStep, type Folded } from './fold.ts';
import { placeOf, widened } from './parts.ts';
import type { Shelf } from './shelf.ts';
import { WIDTH, beginOf, type Rollup, type Tier } from './tiers.ts';
import type { Touch } from './touched.ts';

/** Steps of devices that are rolled up at once. */
const BATCH: Readonly<Record<Tier, number>> = { quarter: 2_000, day: 100 };

/** Readings that are held while they are rolled up: of many devices that measure seldom, or of a few that do often. */
const READINGS_AT_ONCE = 5_000;
const FIRST_DEVICES = 20;

/** Roll-ups that are gathered before they are kept: a file takes many in a go at less cost. */
const KEPT_AT_ONCE = 130_000;

/** Rolls up steps of a tier: quarters of an hour from readings, days from quarters of an hour. */
export function createRollUp(shelf: Shelf, counters: Counters) {
  return async function rollUp(tier: Tier, steps: readonly Touch[]): Promise<void> {
    let done = 0;
    let made: Rollup[] = [];
    for (const batch of batchesOf(steps, tier)) {
      const ofBatch = tier === 'quarter' ? await ofReadings(shelf, batch, counters) : await ofQuarters(shelf, batch);
      made = made.concat(ofBatch);
      done += batch.length;
      if (made.length < KEPT_AT_ONCE && done < steps.length) continue;
      await shelf.keep(tier, made);
      made = [];
    }
  };
}

/** Parcels of one type of device within one day. */
function batchesOf(touches: readonly Touch[], tier: Tier): Touch[][] {
  const parcels = Map.groupBy(touches, ({ type, at }) => `${type}\n${beginOf(at, DAY)}`);
  return [...parcels.values()].flatMap((parcel) => {
    const batches: Touch[][] = [];
    for (let start = 0; start < parcel.length; start += BATCH[tier])
      batches.push(parcel.slice(start, start + BATCH[tier]));
    return batches;
  });
}

function stretchOf(batch: readonly Touch[], tier: Tier) {
  const from = batch.reduce((least, { at }) => Math.min(least, at), Infinity);
  const to = batch.reduce((most, { at }) => Math.max(most, at), 0) + WIDTH[tier];
  return { type: batch[0]?.type ?? '', devices: [...new Set(batch.map(({ device }) => device))], from, to };
}

async function ofReadings(shelf: Shelf, batch: readonly Touch[], counters: Counters): Promise<Rollup[]> {
  const { type, devices, from, to } = stretchOf(batch, 'quarter');
  const wanted = Map.groupBy(batch, placeOf);
  const rollUp = (own: readonly Reading[], { holds, isSeldom }: Window): Rollup[] => {
    const [{ site, device } = { site: '', device: '' }] = own;
    const steps = wanted.get(placeOf({ site, device })) ?? [];
    return metricsOf(own, holds).flatMap((metric) => {
      const folded = fold(own, metric, { from, to, width: WIDTH.quarter, counter: counters.find(type, metric) });
      const byStep = new Map(folded.map((step) => [step.at, step]));
      return steps
        .map(({ at }): Folded | undefined => byStep.get(at) ?? (isSeldom ? unknownStep(at) : undefined))
        .filter((step) => step !== undefined)
        .map((step) => ({ ...step, site, device, type, metric }));
    });
  };
  const windows = windowsOf(counters, type);
  const rollups: Rollup[] = [];
  const left = [...devices];
  for (let atOnce = FIRST_DEVICES; left.length > 0;) {
    const some = left.splice(0, atOnce);
    let most = 1;
    for (const window of windows) {
      const { metrics, gapMs } = window;
      const around = { from: Math.max(0, from - gapMs), to: to + gapMs };
      const readings = await shelf.rows({ type, devices: some, ...around, ...(metrics && { metrics }) });
      for (const own of byDevice(readings).values()) {
        rollups.push(...rollUp(own, window));
        // A few milliseconds, after which others have their turn.
        await nextTurn();
      }
      most = Math.max(most, readings.length);
    }
    atOnce = Math.max(1, Math.floor((READINGS_AT_ONCE * some.length) / most));
  }
  return rollups;
}

/** Metrics that are read together, and how far around the steps. */
interface Window {
  /** Absent: all there are. */
  metrics?: readonly string[];
  holds: (metric: string) => boolean;
  gapMs: number;
  /** A step may be covered by values outside of it, and no longer be once others come between. */
  isSeldom: boolean;
}

/** Counters that are measured seldom are read for themselves: of all the rest it would be too much. */
function windowsOf(counters: Counters, type: string): Window[] {
  const { often = [], seldom = [] } = Object.groupBy(counters.ofType(type), ({ gapMs }) => {
    return gapMs > GAP_MS ? 'seldom' : 'often';
  });
  const widest = (some: typeof seldom) => Math.max(0, ...some.map(({ gapMs }) => gapMs));
  const metrics = seldom.map(({ metric }) => metric);
  const near: Window = { holds: (metric) => !metrics.includes(metric), gapMs: widest(often), isSeldom: false };
  if (seldom.length === 0) return [near];
  return [near, { metrics, holds: (metric) => metrics.includes(metric), gapMs: widest(seldom), isSeldom: true }];
}

function metricsOf(readings: readonly Reading[], holds: (metric: string) => boolean): string[] {
  const metrics = new Set<string>();
  for (const { values } of readings) for (const metric in values) metrics.add(metric);
  return [...metrics].filter(holds);
}

async function ofQuarters(shelf: Shelf, batch: readonly Touch[]): Promise<Rollup[]> {
  const { type, devices, from, to } = stretchOf(batch, 'day');
  const wanted = new Set(batch.map(stepOf));
  const quarters = await shelf.kept('quarter', { type, devices, from, to });
  const series = Map.groupBy(quarters, (quarter) => `${placeOf(quarter)}\n${quarter.metric}`);
  return [...series.values()].flatMap((own) => {
    const [{ site, device, metric } = { site: '', device: '', metric: '' }] = own;
    return widened(own, WIDTH.day)
      .filter(({ at }) => wanted.has(stepOf({ site, device, at })))
      .map((step) => ({ ...step, site, device, type, metric }));
  });
}

const stepOf = ({ at, ...place }: { site: string; device: string; at: Millis }) => `${placeOf(place)}\n${at}`;
